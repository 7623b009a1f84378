//! What clients are told: activities, articles and announcements.

use caseflow_core::domain::activity::Activity;
use caseflow_core::domain::announcement::{Announcement, Audience};
use caseflow_core::domain::article::Article;
use caseflow_core::domain::changes::{Versioned, Write};
use caseflow_core::domain::id::{AnnouncementId, ContactId};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::Constraint;

use super::{Done, Work};
use crate::records::{Dismissed, slug_word};

impl Work<'_, '_> {
    pub(super) fn activity(&mut self, activity: &Activity) -> Done {
        self.client_exists(activity.client)?;
        self.add(activity)
    }

    pub(super) fn article(&mut self, write: Write<Article>) -> Done {
        let article = write.value();
        let own = |it: &Versioned<Article>| it.value.id == article.id;
        self.only(Constraint::ArticleSlug, &slug_word(&article.slug), own)?;
        self.put(write)
    }

    pub(super) fn announcement(&mut self, write: Write<Announcement>) -> Done {
        if let Audience::Clients(clients) = &write.value().audience {
            for client in clients {
                self.client_exists(*client)?;
            }
        }
        self.put(write)
    }

    pub(super) fn dismissal(
        &mut self,
        contact: ContactId,
        announcement: AnnouncementId,
        at: Timestamp,
    ) -> Done {
        self.contact_exists(contact)?;
        self.exists::<Versioned<Announcement>>(&announcement)?;
        self.keep(&Dismissed {
            contact,
            announcement,
            at,
        })
    }
}
