//! Changes of the library.

use caseflow_core::domain::article::Article;
use caseflow_core::domain::changes::Write;

use super::{Done, Work};
use crate::records::article as article_record;
use crate::value::{list, text};

impl Work<'_> {
    /// Its words are written anew each time, for an article may say something else by then.
    pub(super) async fn article(&mut self, write: &Write<Article>) -> Done {
        let (article, sql) = (write.value(), &self.sql.write);
        let values = article_record::values(article);
        self.record(&sql.article, write, values).await?;
        let id = text(article.id);
        if matches!(write, Write::Update { .. }) {
            self.add(&sql.forget_words, vec![id.clone()]).await?;
        }
        self.add(&sql.words, vec![id, list(article.words())]).await
    }
}
