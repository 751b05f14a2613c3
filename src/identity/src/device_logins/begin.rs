use flui_model::DeviceLoginId;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{BeginDevice, DeviceLogin, user_code};
use crate::{Client, Error, Identity, SecretHash, StoreError, check_name, secret::encode_256, sign_ins::check_machine};

/// How many codes to try. Of more than 2^34 codes two that wait at once are rarely alike.
const TRIES: u32 = 4;

/// A device login that has begun, with its codes in clear, this once.
#[derive(Debug)]
pub struct BegunDeviceLogin {
    /// What the command line asks with.
    pub device_code: SecretString,
    /// What the person types: `BCDF-GHJK`.
    pub user_code: SecretString,
}

impl Identity {
    /// Lets a command line begin a device login. For anybody: it opens nothing until a person approves it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for names that nobody should be shown.
    pub async fn begin_device_login(&self, wanted: BeginDevice, client: &Client) -> Result<BegunDeviceLogin, Error> {
        let mut faults = Vec::new();
        let key_name = check_name("key_name", &wanted.key_name)
            .map_err(|fault| faults.push(fault))
            .ok();
        let machine = check_machine(&wanted.machine).map_err(|fault| faults.push(fault)).ok();
        let (Some(key_name), Some(machine)) = (key_name, machine) else {
            return Err(Error::Invalid(faults));
        };
        let now = self.now();
        let mut tries = 0;
        loop {
            let device_code = self.new_device_code();
            let user_code = user_code::generate(&*self.random);
            let login = DeviceLogin {
                id: DeviceLoginId::from_uuid(self.new_id()),
                device_code: SecretHash::of(&device_code),
                user_code: SecretHash::of(&user_code),
                challenge: wanted.challenge,
                key_name: key_name.clone(),
                machine: machine.clone(),
                client: client.clone(),
                created_at: now,
                expires_at: now + DeviceLogin::LIFE,
                decision: None,
            };
            match self.store.insert_device_login(&login).await {
                Ok(()) => {
                    return Ok(BegunDeviceLogin {
                        device_code: device_code.into(),
                        user_code: user_code::show(&user_code).into(),
                    });
                }
                Err(StoreError::Taken) if tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn new_device_code(&self) -> String {
        let mut bytes = Zeroizing::new([0; 32]);
        self.random.fill(bytes.as_mut());
        encode_256(&bytes)
    }
}
