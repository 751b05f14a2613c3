use url::form_urlencoded;

/// What the Report lost form holds, as text. Read from the body of its POST, and from the query of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LostFormFields {
    /// `machine`: which machine, as [`flui_model::machines::Machine::id`] calls it; empty while none is picked.
    pub machine: String,
    /// `id`, once for each ticked sign-in.
    pub ids: Vec<String>,
    /// `ticked`: the person has seen the boxes, so that what is not ticked was left out on purpose.
    pub ticked: bool,
}

impl LostFormFields {
    /// The longest way back that the sign-in takes along; beyond it the boxes are ticked anew.
    const LONGEST: usize = 1_900;

    /// Reads a form body or a query, both `application/x-www-form-urlencoded`. Unknown fields are passed over.
    pub fn from_query(query: &str) -> Self {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "machine" => fields.machine = value.into_owned(),
                "id" => fields.ids.push(value.into_owned()),
                "ticked" => fields.ticked = true,
                _ => {}
            }
        }
        fields
    }

    /// The page of this machine.
    pub(crate) fn link(machine: &str) -> String {
        Self {
            machine: machine.to_owned(),
            ..Self::default()
        }
        .to_link()
    }

    /// The page, ticked like this.
    fn to_link(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("machine", &self.machine);
        if self.ticked {
            query.append_pair("ticked", "1");
        }
        for id in &self.ids {
            query.append_pair("id", id);
        }
        format!("/sign-ins/lost?{}", query.finish())
    }

    /// The way back to this form, ticked like this, for a sign-in that comes between.
    pub(crate) fn sign_in_link(&self) -> String {
        let mut back = self.to_link();
        if back.len() > Self::LONGEST {
            back = Self::link(&self.machine);
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("fresh", "1").append_pair("return_to", &back);
        format!("/auth/login?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(fields: &LostFormFields) -> LostFormFields {
        let link = fields.sign_in_link();
        let (_, query) = link.split_once('?').unwrap();
        let (_, back) = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "return_to")
            .unwrap();
        LostFormFields::from_query(back.split_once('?').unwrap().1)
    }

    #[test]
    fn the_way_through_a_sign_in_leads_back_to_the_ticked_form() {
        let few = LostFormFields {
            machine: "name:Ada's & co".to_owned(),
            ids: vec!["01930000-0000-7000-8000-000000000011".to_owned(); 3],
            ticked: true,
        };
        assert_eq!(back(&few), few);
        let nothing = LostFormFields {
            ids: Vec::new(),
            ..few.clone()
        };
        assert_eq!(back(&nothing), nothing);
        let many = LostFormFields {
            ids: vec!["01930000-0000-7000-8000-000000000011".to_owned(); 300],
            ..few
        };
        assert_eq!(back(&many).machine, many.machine);
        assert!(many.sign_in_link().len() < 2_000);
    }
}
