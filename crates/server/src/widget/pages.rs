//! Renders every page in every language: a template that cannot be rendered, or a phrase that stays unfilled, is found
//! here.

use askama::Template;
use vinculo_domain::{
    CallbackPolicy, CallbackUrl, Callbacks, Category, ErrorCode, ErrorDetail, Feature, Handover, HttpUrl, Locale,
    SessionError, SessionResult, SessionStatus, Step, WidgetConfig,
};

use super::callback::CallbackPage;
use super::over::OverPage;
use super::step::app::AppPage;
use super::step::connecting::ConnectingPage;
use super::step::consent::ConsentPage;
use super::step::done::DonePage;
use super::step::exit::ExitPage;
use super::step::failed::FailedPage;
use super::step::handover::HandoverPage;
use super::step::identify::{IdentifyForm, IdentifyPage};
use super::step::institutions::{Asked, InstitutionsPage};
use super::step::start::StartPage;
use super::visit::Visit;

pub(super) mod tests {
    use vinculo_domain::{
        ApplicationId, ChosenInstitution, ConsentDuration, Env, Identification, SessionId, SessionState,
    };
    use vinculo_store::WidgetSession;

    use super::*;
    use crate::widget::directory::tests::banks;
    use crate::widget::security::Policy;

    /// Now, in these tests.
    pub(in crate::widget) const NOW: &str = "2026-11-22T12:00:00Z";

    /// An institution that somebody chose.
    pub(in crate::widget) fn chosen() -> ChosenInstitution {
        crate::widget::directory::chosen(&banks()[0])
    }

    /// A fresh session of somebody whom the token named.
    pub(in crate::widget) fn session() -> WidgetSession {
        let now = NOW.parse().unwrap();
        WidgetSession {
            id: SessionId::new(&Env::system()),
            application: ApplicationId::new(&Env::system()),
            token: "a".repeat(32),
            status: SessionStatus::Open,
            step: Step::Start,
            locale: Locale::Pt,
            institution: None,
            consent: None,
            link: None,
            external_id: None,
            last_error: None,
            state: SessionState {
                identification: Some(Identification {
                    cpf: "76109277673".parse().unwrap(),
                    name: "Ralph Bragg".into(),
                    company: None,
                }),
                ..SessionState::default()
            },
            version: 0,
            created_at: now,
            updated_at: now,
            expires_at: now,
        }
    }

    fn visit(locale: Locale, named: bool) -> Visit {
        let mut session = session();
        session.locale = locale;
        session.state.institution = Some(chosen());
        session.state.result = Some(SessionResult {
            link: "cb65f82c-dc93-4d3e-8270-9a27528397f5".parse().unwrap(),
            consent_expires_at: ConsentDuration::Months12.end(NOW.parse().unwrap()),
            at: NOW.parse().unwrap(),
            warnings: vinculo_domain::Warning::ALL.to_vec(),
        });
        let mut config = WidgetConfig::new(Feature::ConsentLinkCreation);
        if named {
            config.branding.company_name = Some("ACME & Filhos <b>".into());
            let url = |text| HttpUrl::parse(text, CallbackPolicy::Production).ok();
            config.branding.company_icon = url("https://acme.example/icon.svg");
            config.branding.company_terms_url = url("https://acme.example/termos");
            config.terms_and_conditions_url = url("https://acme.example/condicoes");
            let event = CallbackUrl::parse("https://acme.example/back?x=1", CallbackPolicy::Production).ok();
            config.callbacks = Callbacks { success: event.clone(), exit: event.clone(), event };
        }
        let now = NOW.parse().unwrap();
        Visit { session, config, policy: Policy::new(&Env::system(), true), now }
    }

    fn all_pages(visit: &Visit) -> Vec<(&'static str, String)> {
        let chosen = chosen();
        let banks = banks();
        let error = |code, detail| SessionError { code, detail, at: visit.now };
        let html = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
        let asked = |text: &str| serde_json::from_value::<Asked>(serde_json::json!({"q": text, "down": text})).unwrap();
        let mut pages = vec![
            ("start", html(&StartPage::new(visit))),
            ("identify", html(&IdentifyPage::new(visit, IdentifyForm::default()))),
            ("institutions", html(&InstitutionsPage::new(visit, &banks, &Asked::default()))),
            ("institutions", html(&InstitutionsPage::new(visit, &banks, &asked("<nada>")))),
            ("institutions", html(&InstitutionsPage::new(visit, &banks, &asked("sol_br_retail")))),
            ("institutions", html(&InstitutionsPage::new(visit, &[], &Asked::default()))),
            ("consent", html(&ConsentPage::new(visit, Step::Institutions).unwrap())),
            ("handover", html(&HandoverPage::new(visit, &chosen, None))),
            ("app", html(&AppPage::new(visit, "https://acme.example/app".into()))),
            ("consent", html(&ConsentPage::new(visit, Step::Institutions).unwrap().unstable(visit))),
            ("connecting", html(&ConnectingPage::new(visit, &chosen))),
            (
                "done",
                html(&DonePage::new(visit, visit.session.state.result.as_ref().unwrap().link, &[Category::Accounts])),
            ),
            ("exit", html(&ExitPage::new(visit, false))),
            ("exit", html(&ExitPage::new(visit, true))),
            ("exit", html(&OverPage::saying(visit.shell(Step::Exit).titled("x"), "{app}").leading_to("a:b".into()))),
            ("callback", html(&CallbackPage::new(visit.session.locale, "n".into(), ""))),
        ];
        for code in ErrorCode::ALL {
            pages.push(("failed", html(&FailedPage::new(visit, &error(*code, ErrorDetail::Plain), true))));
        }
        for detail in [
            ErrorDetail::Denied,
            ErrorDetail::Risk,
            ErrorDetail::Locked,
            ErrorDetail::Credentials,
            ErrorDetail::Owner,
            ErrorDetail::Elsewhere,
            ErrorDetail::TooOften,
            ErrorDetail::Unknown,
        ] {
            let page = FailedPage::new(visit, &error(ErrorCode::LoginError, detail), false);
            pages.push(("failed", html(&page)));
        }
        pages
    }

    fn handed_over(locale: Locale, sent: bool) -> Visit {
        let mut visit = visit(locale, true);
        visit.session.state.handover = Some(Handover {
            authorization_url: "https://bank.example/authorize?x=1&y=2".into(),
            expires_at: visit.now,
            duration: ConsentDuration::Undefined,
            sent_at: sent.then_some(visit.now),
        });
        visit
    }

    #[test]
    fn every_page_renders_in_every_language() {
        for locale in Locale::ALL {
            for named in [true, false] {
                for (step, html) in all_pages(&visit(*locale, named)) {
                    assert!(html.contains(&format!("data-step=\"{step}\"")), "{step}: {html}");
                    let title = html.split("<title>").nth(1).unwrap().split(" · ").next().unwrap();
                    assert!(!title.trim().is_empty(), "{step} has no title");
                    for left in ["{app}", "{bank}", "{months}", "{date}"] {
                        assert!(!html.contains(left), "{} {step}: {left} is not filled", locale.as_str());
                    }
                    assert_eq!(html.matches("<h1").count(), 1, "{step}");
                    assert!(!html.contains("<b>\n") && !html.contains("Filhos <b>"), "names are escaped");
                }
            }
        }
    }

    #[test]
    fn pages_of_a_nameless_company_read_well() {
        let pages = all_pages(&visit(Locale::Pt, false));
        for (step, html) in &pages {
            for wrong in ["de o aplicativo", "em o aplicativo", "> o aplicativo", ">o aplicativo"] {
                assert!(!html.contains(wrong), "{step}: {wrong}");
            }
        }
    }

    #[test]
    fn nothing_inline_runs_without_the_nonce() {
        for (step, html) in all_pages(&visit(Locale::Pt, true)) {
            for tag in ["<script", "<style"] {
                for part in html.split(tag).skip(1) {
                    assert!(part.split('>').next().unwrap().contains("nonce=\""), "{step}: {part}");
                }
            }
            assert!(!html.contains(" style=\"") && !html.contains(" onclick="), "{step}");
        }
    }

    #[test]
    fn the_names_for_automation_stand() {
        let pages = all_pages(&visit(Locale::Pt, true));
        let has = |step: &str, mark: &str| {
            let any = pages.iter().any(|(name, html)| *name == step && html.contains(mark));
            assert!(any, "{step} has no {mark}");
        };
        for step in ["start", "identify", "consent", "failed"] {
            has(step, "id=\"step-form\"");
            has(step, "id=\"continue\"");
            has(step, "id=\"close\"");
        }
        for step in ["identify", "institutions", "consent"] {
            has(step, "id=\"back\"");
        }
        has("institutions", "id=\"institution-search\"");
        has("institutions", "data-institution=\"mock_br_retail\"");
        has("consent", "name=\"duration\"");
        has("done", "id=\"finish\"");
        has("exit", "id=\"confirm-exit\"");
        has("exit", "id=\"survey-reason\"");
        has("exit", "id=\"skip-survey\"");
        has("failed", "data-error=\"institution_down\"");
    }

    #[test]
    fn the_bank_is_left_for_once_by_itself() {
        let chosen = chosen();
        let first = HandoverPage::new(&handed_over(Locale::Pt, false), &chosen, None).render().unwrap();
        assert!(first.contains("id=\"go-to-institution\"") && first.contains("&#34;go&#34;"), "{first}");
        assert!(!first.contains("bank.example"), "the bank's address stands in the redirect only");
        let again = HandoverPage::new(&handed_over(Locale::Pt, true), &chosen, None).render().unwrap();
        assert!(again.contains("id=\"go-to-institution\"") && !again.contains("&#34;go&#34;"), "{again}");
    }

    #[test]
    fn official_names_stay_portuguese_in_every_language() {
        for locale in Locale::ALL {
            let pages = all_pages(&visit(*locale, true));
            let (_, html) = pages.iter().find(|(step, _)| *step == "consent").unwrap();
            assert!(html.contains("<details lang=\"pt-BR\">"), "{}", locale.as_str());
            assert!(html.contains(">Indeterminado"), "{}", locale.as_str());
            for category in Category::DEFAULT {
                assert!(html.contains(category.official_name()), "{} {}", locale.as_str(), category.official_name());
                for grouping in category.groupings(false) {
                    assert!(html.contains(grouping.name), "{} {}", locale.as_str(), grouping.name);
                }
            }
        }
    }

    #[test]
    fn a_bank_that_is_down_cannot_be_tapped() {
        let visit = visit(Locale::Pt, true);
        let html = InstitutionsPage::new(&visit, &banks(), &Asked::default()).render().unwrap();
        let row = html.split("data-institution=\"sol_br_retail\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(row.contains("aria-disabled=\"true\"") && row.contains("data-down=\""), "{row}");
    }
}
