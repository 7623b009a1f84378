//! The Firm Library (R-LIB-1).

use std::time::Duration;

use caseflow_core::domain::access::Section;
use caseflow_core::domain::article::{ArticleContent, ArticleStage, ArticleState};
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::id::{ArticleId, Subject};
use caseflow_core::domain::search::Terms;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::audit::list as audit_log;
use caseflow_core::firm::library::{self, ArticleInput};
use caseflow_core::firm::{Call, settings};
use caseflow_core::portal;
use caseflow_core::ports::store::{ArticleQuery, AuditQuery, LibraryQuery};
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, NOW, slug};

use super::meddled::{Meddled, Meddling, before};
use super::setup::Story;

fn content(title: &str) -> ArticleContent {
    ArticleContent {
        title: fixtures::line(title),
        ..fixtures::article(1).content
    }
}

fn input(name: &str, stage: ArticleStage) -> ArticleInput {
    ArticleInput {
        slug: slug(name),
        content: content("Filing dates"),
        stage,
    }
}

fn article_id(subject: Subject) -> ArticleId {
    match subject {
        Subject::Article(id) => id,
        other => panic!("{other} is no article"),
    }
}

async fn written(story: &Story, name: &str, stage: ArticleStage) -> ArticleId {
    let reply = library::write(&story.ports, &story.call(), input(name, stage)).await;
    article_id(reply.unwrap().id)
}

/// The slugs on the contact's list, and those that a search for `dates` finds.
async fn shown(story: &Story) -> [Vec<String>; 2] {
    let search = LibraryQuery {
        terms: Terms::parse("dates").unwrap(),
        ..LibraryQuery::default()
    };
    let mut slugs = [vec![], vec![]];
    for (query, slugs) in [LibraryQuery::default(), search].iter().zip(&mut slugs) {
        let page = portal::library::list(&story.ports, &story.contact(), query).await;
        let rows = page.unwrap().page.articles.rows;
        slugs.extend(rows.iter().map(|row| row.slug.to_string()));
    }
    slugs
}

async fn opens(story: &Story, name: &str) -> bool {
    match portal::library::read(&story.ports, &story.contact(), &slug(name)).await {
        Ok(visited) => visited.page.slug == slug(name),
        Err(Error::NotFound) => false,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn e13_only_what_is_published_is_listed_found_and_opened() {
    block_on(async {
        let story = Story::begin().await;
        for stage in ArticleStage::ALL {
            written(&story, stage.code(), stage).await;
        }
        assert_eq!(shown(&story).await, [["published"], ["published"]]);
        for stage in ArticleStage::ALL {
            let published = stage == ArticleStage::Published;
            assert_eq!(opens(&story, stage.code()).await, published, "{stage:?}");
        }
        let staff = story.office.staff();
        let all = library::list(&story.ports, &staff, &ArticleQuery::default()).await;
        assert_eq!(all.unwrap().rows.len(), 3);
    });
}

#[test]
fn r_lib_1_what_is_taken_back_is_gone_and_comes_again_at_its_address() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = written(&story, "dates", ArticleStage::Draft).await;
        let set = async |stage| {
            library::set_stage(ports, &call, id, None, stage)
                .await
                .unwrap()
        };
        let state = async || {
            let read = library::read(ports, &call.staff, id).await;
            read.unwrap().value.state
        };
        assert!(!opens(&story, "dates").await);
        set(ArticleStage::Published).await;
        assert!(opens(&story, "dates").await);
        story.doubles.clock.advance(Duration::from_secs(60));
        assert_eq!(set(ArticleStage::Published).await.version, Version(3));
        assert_eq!(state().await, ArticleState::Published { since: NOW });
        library::change(ports, &call, id, None, content("Deadlines"))
            .await
            .unwrap();
        assert!(
            opens(&story, "dates").await,
            "another title, the same address"
        );
        assert_eq!(shown(&story).await, [vec!["dates"], vec![]]);
        let article = library::read(ports, &call.staff, id).await.unwrap().value;
        assert_eq!(article.changed_at, NOW.plus(Duration::from_secs(60)));
        assert_eq!(
            (article.created_at, article.state.since()),
            (NOW, Some(NOW))
        );
        set(ArticleStage::Internal).await;
        assert!(!opens(&story, "dates").await);
        assert_eq!(shown(&story).await, [[""; 0], [""; 0]]);
    });
}

#[test]
fn r_lib_1_an_address_is_one_articles() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        written(&story, "dates", ArticleStage::Draft).await;
        let rows = story.audit_rows().await;
        let second = library::write(ports, &call, input("dates", ArticleStage::Published)).await;
        assert!(matches!(second, Err(Error::Refused(Refusal::SlugTaken))));
        assert_eq!(Refusal::SlugTaken.field(), Some("slug"));
        assert_eq!(story.audit_rows().await, rows, "nothing was written");
        assert!(!opens(&story, "dates").await);
    });
}

#[test]
fn a_request_is_answered_once_however_often_it_comes() {
    block_on(async {
        let story = Story::begin().await;
        let call = story.keyed("first");
        let wanted = || input("dates", ArticleStage::Published);
        let first = library::write(&story.ports, &call, wanted()).await.unwrap();
        let again = library::write(&story.ports, &call, wanted()).await.unwrap();
        assert_eq!(first, again);
        let store = Meddled::new(story.ports.store.clone(), [Meddling::AnswerLost]);
        let ports = story.through(store);
        let call = story.keyed("second");
        let lost = input("more", ArticleStage::Published);
        library::write(&ports, &call, lost).await.unwrap();
        assert_eq!(shown(&story).await, [["dates", "more"]; 2]);
    });
}

#[test]
fn what_another_hand_has_changed_is_decided_anew_or_stale() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (story.ports.clone(), story.call());
        let id = written(&story, "dates", ArticleStage::Draft).await;
        let other = {
            let (ports, call) = (ports.clone(), call.clone());
            before(move || async move {
                library::change(&ports, &call, id, None, content("Meanwhile")).await
            })
        };
        let meddled = story.through(Meddled::new(ports.store.clone(), [other]));
        let stage = ArticleStage::Published;
        library::set_stage(&meddled, &call, id, None, stage)
            .await
            .unwrap();
        let article = library::read(&ports, &call.staff, id).await.unwrap();
        assert_eq!(article.version, Version(3));
        assert_eq!(article.value.content.title.as_str(), "Meanwhile");
        assert_eq!(article.value.state.stage(), stage);
        let old = Some(Version(2));
        let stale = library::set_stage(&ports, &call, id, old, ArticleStage::Draft).await;
        assert!(matches!(stale, Err(Error::Stale)));
        let stale = library::change(&ports, &call, id, old, content("Late")).await;
        assert!(matches!(stale, Err(Error::Stale)));
    });
}

#[test]
fn e02_no_verb_reaches_another_firms_article() {
    block_on(async {
        let story = Story::begin().await;
        let ports = &story.ports;
        let id = written(&story, "dates", ArticleStage::Published).await;
        let rival = fixtures::Office::open(&*ports.store, 2).await;
        let call = Call {
            staff: rival.staff(),
            ..story.call()
        };
        let read = library::read(ports, &call.staff, id).await;
        let change = library::change(ports, &call, id, None, content("Ours")).await;
        let stage = library::set_stage(ports, &call, id, None, ArticleStage::Draft).await;
        let outcomes = [read.map(drop), change.map(drop), stage.map(drop)];
        assert!(outcomes.iter().all(|it| matches!(it, Err(Error::NotFound))));
        assert!(opens(&story, "dates").await);
    });
}

#[test]
fn r_acc_10_a_library_that_the_firm_has_closed_is_not_there() {
    block_on(async {
        let story = Story::begin().await;
        written(&story, "dates", ArticleStage::Published).await;
        let mut firm = story.firm_input();
        firm.sections = firm.sections.without(Section::Library);
        settings::update(&story.ports, &story.call(), None, firm)
            .await
            .unwrap();
        assert!(!opens(&story, "dates").await);
        let query = LibraryQuery::default();
        let list = portal::library::list(&story.ports, &story.contact(), &query).await;
        assert!(matches!(list, Err(Error::NotFound)));
    });
}

#[test]
fn r_aud_1_each_change_of_an_article_is_in_the_log() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = written(&story, "dates", ArticleStage::Draft).await;
        library::change(ports, &call, id, None, content("Deadlines"))
            .await
            .unwrap();
        let stage = ArticleStage::Published;
        library::set_stage(ports, &call, id, None, stage)
            .await
            .unwrap();
        let query = AuditQuery {
            about: Some(id.into()),
            ..AuditQuery::default()
        };
        let rows = audit_log(ports, &call.staff, &query).await.unwrap().rows;
        let told = |row: &AuditRow| (row.action.clone(), row.facts.clone());
        let told: Vec<(String, String)> = rows.iter().map(told).collect();
        assert_eq!(
            told,
            [
                ("article.written", r#"{"slug":"dates","stage":"draft"}"#),
                ("article.changed", "{}"),
                ("article.changed", r#"{"stage":"published"}"#),
            ]
            .map(|(action, facts)| (action.to_owned(), facts.to_owned()))
        );
    });
}
