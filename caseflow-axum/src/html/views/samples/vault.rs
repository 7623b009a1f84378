//! The samples of the vault.

use caseflow_core::domain::access::Section;
use caseflow_core::domain::time::{Timestamp, Zone};

use super::super::Pager;
use super::super::forms::{Problem, Problems};
use super::super::frame::Place;
use super::super::vault::{
    Deed, ItemKind, LogRow, Shown, VaultItemPage, VaultList, VaultLogPage, VaultRow, VaultUnlock,
    Whom,
};
use super::{Samples, day, html};
use crate::html::format::{Minute, Size};

const HERE: Place = Place::Section(Section::Vault);

impl Samples {
    pub(super) fn vault(&self) -> Vec<(&'static str, String)> {
        let list = self.vault_list();
        let none = VaultList {
            rows: vec![],
            pager: Pager::default(),
            ..list.clone()
        };
        let [file, bank, note, broken] = self.vault_rows();
        let shown = self.vault_item(&bank, Some(self.shown()));
        let wrong = Problem::WrongPassword.into();
        vec![
            ("vault", html(&list)),
            ("vault-none", html(&none)),
            (
                "vault-unlock",
                html(&self.vault_unlock(Problems::default())),
            ),
            ("vault-unlock-error", html(&self.vault_unlock(wrong))),
            ("vault-file", html(&self.vault_item(&file, None))),
            ("vault-secret", html(&self.vault_item(&bank, None))),
            ("vault-secret-shown", html(&shown)),
            ("vault-note", html(&self.vault_item(&note, None))),
            ("vault-unreadable", html(&self.vault_item(&broken, None))),
            ("vault-log", html(&self.vault_log())),
        ]
    }

    fn vault_list(&self) -> VaultList {
        let pager = Pager {
            older: Some(format!("{}/vault?after=x", self.base)),
            ..Pager::default()
        };
        VaultList {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            rows: self.vault_rows().into(),
            pager,
        }
    }

    fn vault_rows(&self) -> [VaultRow; 4] {
        let row = |kind, name: Option<&str>, description: Option<&str>| VaultRow {
            id: "vit_01jd4q9m3v8x2t5w7y9z1b3d5f".to_owned(),
            kind,
            name: name.map(|name| self.text(name)),
            description: description.map(|it| self.text(it)),
            added: day(2026, 11, 20),
        };
        let file = ItemKind::File(Size(2_345_678));
        let about = "Signed by both directors.\nThe original is in the firm's safe.";
        [
            row(file, Some("Shareholders' agreement 2026.pdf"), Some(about)),
            row(ItemKind::SignIn, Some("Tax office, online account"), None),
            row(ItemKind::Note, Some("Code of the alarm"), Some("بيت")),
            row(ItemKind::Unreadable, None, None),
        ]
    }

    fn vault_unlock(&self, problems: Problems) -> VaultUnlock {
        VaultUnlock {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            problems,
            email: self.text("ana.ruiz@northbay.example"),
            minutes: 5,
            next: Some(format!("{}/vault/log", self.base)),
        }
    }

    fn vault_item(&self, item: &VaultRow, shown: Option<Shown>) -> VaultItemPage {
        let signs_in = item.kind == ItemKind::SignIn;
        VaultItemPage {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            item: item.clone(),
            place: signs_in.then(|| self.text("https://tax.example/login")),
            shown,
        }
    }

    fn shown(&self) -> Shown {
        Shown {
            account: Some(self.text("northbay")),
            secret: self.text("correct horse  battery"),
            note: Some(self.text("Mother's name: Ruiz\nCode: 1234")),
            seconds: 60,
        }
    }

    fn vault_log(&self) -> VaultLogPage {
        let zone = Zone::parse("Europe/Zurich").unwrap();
        let at = Timestamp::parse("2026-11-24T09:00:00Z").unwrap();
        let row = |who, deed, item: Option<&str>, address: Option<&str>| LogRow {
            at: Minute::new(zone, at),
            who,
            deed,
            item: item.map(|item| self.text(item)),
            address: address.map(ToOwned::to_owned),
        };
        let ana = || Whom::Contact(self.text("Ana Ruiz"));
        let petra = || Whom::Staff(self.text("Petra Muster"));
        let file = Some("Shareholders' agreement 2026.pdf");
        let address = Some("2001:db8::1234:5678");
        VaultLogPage {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            rows: vec![
                row(ana(), Deed::Downloaded, file, address),
                row(ana(), Deed::Opened, Some("Code of the alarm"), address),
                row(ana(), Deed::Listed, None, address),
                row(ana(), Deed::Unlocked, None, address),
                row(ana(), Deed::UnlockFailed, None, address),
                row(Whom::Somebody, Deed::Refused, None, None),
                row(ana(), Deed::Unreadable, None, address),
                row(petra(), Deed::Changed, file, None),
                row(petra(), Deed::Removed, None, None),
                row(petra(), Deed::Added, file, None),
                row(Whom::Somebody, Deed::Other, None, None),
            ],
            pager: Pager::default(),
        }
    }
}
