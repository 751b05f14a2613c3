//! Runs cases: those that may share an installation one after the other, the groups side by side.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::{StreamExt as _, stream};

use crate::{
    Case, Fault, Installation,
    case::{Expected, Lie, What},
    refusal,
    scene::{Auditor, Make, Provider, SECRET, Scene},
};

/// How many installations run at a time.
const AT_A_TIME: usize = 8;
/// How long a failure of the provider may be remembered once it is over.
const HEALED_WITHIN: Duration = Duration::from_secs(10);
/// Between two looks at whether it is over.
const PAUSE: Duration = Duration::from_millis(500);

/// How a case went.
#[derive(Debug)]
pub struct Finding {
    /// Which.
    pub case: Case,
    /// What was wrong, if anything was.
    pub fault: Option<Fault>,
}

/// Runs these cases. The findings come in no particular order.
pub async fn run(installation: &impl Installation, cases: Vec<Case>) -> Vec<Finding> {
    let mut groups: BTreeMap<_, Vec<Case>> = BTreeMap::new();
    let mut single = Vec::new();
    for case in cases {
        if case.is_own() {
            single.push(vec![case]);
        } else {
            groups.entry(case.group()).or_default().push(case);
        }
    }
    // The groups take longest.
    let work = groups
        .into_values()
        .chain(single)
        .map(|cases| run_group(installation, cases));
    let findings: Vec<Vec<Finding>> = stream::iter(work).buffer_unordered(AT_A_TIME).collect().await;
    findings.into_iter().flatten().collect()
}

async fn run_group(installation: &impl Installation, cases: Vec<Case>) -> Vec<Finding> {
    let make = cases.first().map_or(Make::Es256, |case| case.group().0);
    let outcome = match cases.as_slice() {
        [case] if case.is_own() => run_own(installation, case).await.map(|()| vec![None]),
        _ => run_shared(installation, make, &cases).await,
    };
    match outcome {
        Ok(faults) => cases
            .into_iter()
            .zip(faults)
            .map(|(case, fault)| Finding { case, fault })
            .collect(),
        // What concerns the whole group is told at each of its cases.
        Err(fault) => cases
            .into_iter()
            .map(|case| Finding {
                case,
                fault: Some(Fault::new(fault.to_string())),
            })
            .collect(),
    }
}

async fn run_shared<I: Installation>(
    installation: &I,
    make: Make,
    cases: &[Case],
) -> Result<Vec<Option<Fault>>, Fault> {
    let provider = Provider::start(installation, make).await?;
    let (address, running) = installation.start(provider.issuer(), SECRET).await?;
    let outcome = async {
        let scene = provider.scene(installation, address)?;
        let mut auditor = Auditor::new(&scene).await?;
        // Whoever the cases sign in is known from here on, so that a refusal adds nobody.
        scene.visitor().sign_in("grace").await?;
        auditor.news().await?;
        let mut faults = Vec::new();
        for case in cases {
            faults.push(run_one(installation, &running, &scene, &mut auditor, case).await.err());
        }
        Ok(faults)
    }
    .await;
    installation.stop(running).await;
    outcome
}

async fn run_one<I: Installation>(
    installation: &I,
    running: &I::Running,
    scene: &Scene,
    auditor: &mut Auditor<'_>,
    case: &Case,
) -> Result<(), Fault> {
    let outcome = match &case.what {
        What::Trick(script) => Box::pin(script.play(scene, auditor)).await,
        What::Lie(lie) => {
            let is_refused = !matches!(lie.answer, Expected::Good);
            let counts_here = is_refused && lie.way != crate::case::Way::Logout;
            let before = installation.rows(running).await?;
            Box::pin(refusal::walk(scene, Some(auditor), lie)).await?;
            if counts_here {
                check_rows(&before, &installation.rows(running).await?)?;
            }
            if is_refused {
                Box::pin(refusal::walk_honestly(scene, lie.way, lie.make)).await?;
            }
            Ok(())
        }
    };
    scene.control.switch_off();
    // What one case wrote is no business of the next.
    auditor.news().await?;
    outcome
}

/// A case with an installation of its own, so that it has heard nothing yet.
async fn run_own<I: Installation>(installation: &I, case: &Case) -> Result<(), Fault> {
    let provider = Provider::start(installation, case.group().0).await?;
    if let What::Lie(lie) = &case.what {
        provider.switch_on(&lie.switches)?;
    }
    let (address, running) = installation.start(provider.issuer(), SECRET).await?;
    let outcome = async {
        let scene = provider.scene(installation, address)?;
        match &case.what {
            What::Trick(script) => {
                let mut auditor = Auditor::new(&scene).await?;
                Box::pin(script.play(&scene, &mut auditor)).await
            }
            What::Lie(lie) => {
                let before = installation.rows(&running).await?;
                Box::pin(refusal::walk(&scene, None, lie)).await?;
                if matches!(lie.answer, Expected::Good) {
                    return Ok(());
                }
                check_rows(&before, &installation.rows(&running).await?)?;
                Box::pin(check_healing(&scene, lie)).await
            }
        }
    }
    .await;
    installation.stop(running).await;
    outcome
}

/// Once the lie is over, the installation gets on by itself, and its audit log tells of the refusal.
async fn check_healing(scene: &Scene, lie: &Lie) -> Result<(), Fault> {
    let begun = Instant::now();
    let mut auditor = loop {
        match Auditor::of_all(scene).await {
            Ok(auditor) => break auditor,
            Err(fault) if begun.elapsed() > HEALED_WITHIN => return Err(fault),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    };
    // Waiting for the end of a failure's memory was refused a few times more, and for the same reason.
    let reason = match lie.answer {
        Expected::Refused(_, reason) => Some(reason),
        Expected::Good | Expected::NotBegun(_) => None,
    };
    auditor.check_all_refused(lie.way.action(), reason).await?;
    refusal::walk_honestly(scene, lie.way, lie.make).await
}

fn check_rows(before: &[i64], after: &[i64]) -> Result<(), Fault> {
    crate::expect(before == after, || {
        format!("the refusal changed the counts of rows from {before:?} to {after:?}")
    })
}
