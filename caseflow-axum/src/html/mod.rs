//! The HTML face of the portal: a handler parses, makes one call into the core, and presents.

mod announcements;
mod assets;
mod attempts;
mod confirm;
mod contracts;
mod dashboard;
mod device;
mod documents;
mod invoices;
mod library;
mod offer_links;
mod offers;
mod page;
mod passwords;
mod pay;
mod payments;
mod preferences;
mod preview;
mod pricing;
mod profile;
mod sessions;
mod sign_in;
mod statement;
mod take_out;
mod vault;
mod verify;

pub(crate) mod fault;
pub(crate) mod format;
pub(crate) mod remember;
pub(crate) mod rich_text;
pub(crate) mod views;

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{any, get, post};
use caseflow_core::domain::access::Section;

use offers::{Estimates, Proposals};

use crate::config::SignIn;
use crate::error::Failure;
use crate::state::{App, Here};
use crate::urls::{Access, Route, path};
use crate::webhooks;

/// Makes the list of routes and the router from one table, so that neither can lack a line.
macro_rules! routes {
    ($( $access:expr, $name:ident { $( $verb:ident $method:ident $path:ident => $handler:path; )* } )*) => {
        /// Every address of the portal's pages.
        pub const ROUTES: &[Route] = &[
            $( $( Route { method: Method::$method, path: path::$path, access: $access }, )* )*
        ];

        $( pub(super) fn $name() -> Router<App> {
            Router::new()$( .route(path::$path, $verb($handler)) )*
        } )*
    };
}

routes! {
    Access::Open, open {
        get GET HOME => home;
        get GET ASSET => assets::file;
        post POST LOGOUT => sign_in::sign_out;
        get GET CONFIRM_EMAIL => confirm::form;
        post POST CONFIRM_EMAIL => confirm::submit;
        get GET PREVIEW_ENDED => preview::ended;
        get GET PREVIEW => preview::form;
        post POST PREVIEW => preview::begin;
        get GET OFFER_LINK => offer_links::show;
        get GET OFFER_LINK_PDF => offer_links::pdf;
        get GET OFFER_LINK_ACCEPT => offer_links::ask_yes;
        post POST OFFER_LINK_ACCEPT => offer_links::accept;
        get GET OFFER_LINK_DECLINE => offer_links::ask_no;
        post POST OFFER_LINK_DECLINE => offer_links::decline;
        get GET SIGNING_TERMS => contracts::terms;
        get GET VERIFY => verify::form;
    }

    Access::Open, uploads {
        post POST VERIFY => verify::check;
    }

    Access::Passwords, passwords {
        get GET LOGIN => sign_in::form;
        post POST LOGIN => sign_in::submit;
        get GET LOGOUT => sign_in::signed_out;
        get GET FORGOT_PASSWORD => passwords::forgot;
        post POST FORGOT_PASSWORD => passwords::send_link;
        get GET SET_PASSWORD => passwords::form;
        post POST SET_PASSWORD => passwords::set;
    }

    Access::OwnPassword, own_password {
        get GET PASSWORD => profile::password_form;
        post POST PASSWORD => profile::change_password;
        post POST END_SESSION => sessions::end;
        post POST END_OTHER_SESSIONS => sessions::end_others;
    }

    Access::Contact, kept_of_contact {
        get GET DASHBOARD => dashboard::show;
    }

    Access::Contact, contact {
        post POST DISMISS => announcements::dismiss;
        get GET PROFILE => profile::form;
        post POST PROFILE => profile::save;
        post POST PREFERENCES => preferences::save;
        get GET TAKE_OUT => take_out::form;
        post POST TAKE_OUT => take_out::take;
    }

    Access::Section(Section::Invoices), kept_of_invoices {
        get GET INVOICES => invoices::list;
        get GET INVOICE => invoices::show;
        get GET PAYMENTS => payments::list;
    }

    Access::Section(Section::Invoices), invoices {
        get GET INVOICE_PDF => invoices::pdf;
        post POST PAY => pay::start;
        get GET RECEIPT => payments::receipt;
        get GET STATEMENT => statement::show;
        get GET ATTEMPT => attempts::show;
        get GET CHECKOUT => attempts::form;
        get GET REVERSAL_NOTE => payments::note;
    }

    Access::Section(Section::Proposals), kept_of_proposals {
        get GET PROPOSALS => offers::list::<Proposals>;
        get GET PROPOSAL => offers::show::<Proposals>;
    }

    Access::Section(Section::Proposals), proposals {
        get GET PROPOSAL_PDF => offers::pdf::<Proposals>;
        get GET PROPOSAL_ACCEPT => offers::ask_yes::<Proposals>;
        post POST PROPOSAL_ACCEPT => offers::accept::<Proposals>;
        get GET PROPOSAL_DECLINE => offers::ask_no::<Proposals>;
        post POST PROPOSAL_DECLINE => offers::decline::<Proposals>;
    }

    Access::Section(Section::Estimates), kept_of_estimates {
        get GET ESTIMATES => offers::list::<Estimates>;
        get GET ESTIMATE => offers::show::<Estimates>;
    }

    Access::Section(Section::Estimates), estimates {
        get GET ESTIMATE_PDF => offers::pdf::<Estimates>;
        get GET ESTIMATE_ACCEPT => offers::ask_yes::<Estimates>;
        post POST ESTIMATE_ACCEPT => offers::accept::<Estimates>;
        get GET ESTIMATE_REJECT => offers::ask_no::<Estimates>;
        post POST ESTIMATE_REJECT => offers::decline::<Estimates>;
    }

    Access::Section(Section::Contracts), kept_of_contracts {
        get GET CONTRACTS => contracts::list;
    }

    Access::Section(Section::Contracts), contracts {
        get GET CONTRACT => contracts::show;
        get GET CONTRACT_PDF => contracts::original;
        get GET CONTRACT_SIGNED => contracts::signed;
        post POST SIGN => contracts::sign;
        get GET DECLINE => contracts::ask;
        post POST DECLINE => contracts::decline;
    }

    Access::Section(Section::Documents), kept_of_documents {
        get GET DOCUMENTS => documents::list;
        get GET DOCUMENT => documents::show;
    }

    Access::Section(Section::Documents), documents {
        get GET DOCUMENT_PREVIEW => documents::preview;
        get GET DOCUMENT_DOWNLOAD => documents::file;
    }

    Access::Section(Section::Vault), vault {
        get GET VAULT => vault::list;
        get GET VAULT_UNLOCK => vault::form;
        post POST VAULT_UNLOCK => vault::unlock;
        get GET VAULT_LOG => vault::log;
        get GET VAULT_ITEM => vault::item;
        post POST VAULT_SHOW => vault::show;
        get GET VAULT_DOWNLOAD => vault::file;
    }

    Access::Section(Section::Library), kept_of_library {
        get GET LIBRARY => library::list;
        get GET ARTICLE => library::show;
    }

    Access::Gateways, webhooks {
        post POST WEBHOOK => webhooks::receive;
    }
}

/// The pages.
pub(crate) fn routes(app: &App) -> Router<App> {
    let (passwords, own_password) = match app.settings.sign_in {
        SignIn::Passwords => (passwords(), own_password()),
        SignIn::Host { .. } => (Router::new(), Router::new()),
    };
    let public = open()
        .merge(uploads().layer(DefaultBodyLimit::max(verify::MOST_BYTES)))
        .merge(passwords)
        .method_not_allowed_fallback(async || Failure::WRONG_VERB);
    let kept = kept_of_contact()
        .merge(kept_of_invoices())
        .merge(kept_of_proposals())
        .merge(kept_of_estimates())
        .merge(kept_of_contracts())
        .merge(kept_of_documents())
        .merge(kept_of_library());
    let kept = kept.route_layer(from_fn_with_state(app.clone(), remember::face));
    let private = contact()
        .merge(own_password)
        .merge(invoices())
        .merge(proposals())
        .merge(estimates())
        .merge(contracts())
        .merge(documents())
        .merge(vault())
        .merge(kept);
    public.merge(silent(private))
}

/// Behind the sign-in a verb that an address does not take is 404 like everything else that is not
/// there, without a list of those it takes: no answer tells more than another.
fn silent(private: Router<App>) -> Router<App> {
    let paths: BTreeSet<&str> = ROUTES
        .iter()
        .filter(|route| route.access.is_private())
        .map(|route| route.path)
        .collect();
    let nothing = || any(async || Failure::NOT_FOUND);
    paths
        .into_iter()
        .fold(private, |router, path| router.route(path, nothing()))
}

async fn home(here: Here) -> Redirect {
    Redirect::to(&here.urls.dashboard())
}
