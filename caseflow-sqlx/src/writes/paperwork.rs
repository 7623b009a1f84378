//! Changes that have to do with proposals, estimates, contracts and their files.

use caseflow_core::domain::changes::Write;
use caseflow_core::domain::contract::Contract;
use caseflow_core::domain::file::StoredFile;
use caseflow_core::domain::offer::{Offer, OfferLink};
use caseflow_core::domain::signature::Signature;
use caseflow_core::ports::store::StoreError;

use super::{Done, Work};
use crate::records::{
    contract as contract_record, file as file_record, offer as offer_record,
    offer_link as offer_link_record, signature as signature_record,
};

impl Work<'_> {
    pub(super) async fn offer(&mut self, write: &Write<Offer>) -> Done {
        let offer = write.value();
        let number = match offer.sending() {
            None => None,
            Some(sending) => Some(self.number(offer.kind.series(), &sending.number).await?),
        };
        let values = offer_record::values(offer, number.as_deref());
        let values = values.map_err(StoreError::Backend)?;
        self.record(&self.sql.write.offer, write, values).await
    }

    pub(super) async fn offer_link(&mut self, write: &Write<OfferLink>) -> Done {
        let values = offer_link_record::values(write.value());
        self.record(&self.sql.write.offer_link, write, values).await
    }

    pub(super) async fn file(&mut self, file: &StoredFile) -> Done {
        let values = file_record::values(file);
        self.add(&self.sql.write.file, values).await
    }

    pub(super) async fn contract(&mut self, write: &Write<Contract>) -> Done {
        let values = contract_record::values(write.value());
        self.record(&self.sql.write.contract, write, values).await
    }

    pub(super) async fn signature(&mut self, signature: &Signature) -> Done {
        let values = signature_record::values(signature);
        self.add(&self.sql.write.signature, values).await
    }
}
