//! People whose banks make trouble: each shows one outcome of a connection without any control call.

use super::person::{Conduct, Person};
use super::profile::PersonMoney;
use super::table::{man, woman};

/// Everybody with a conduct of their own who is not among the published people.
pub(super) static TROUBLED: [Person; 9] = [
    Person {
        conduct: Conduct::LockedOut,
        ..man("Lauro Trancoso", "lauro.trancoso@email.com", "31120458749", "1980-02-11")
    },
    Person {
        conduct: Conduct::ForgotPassword,
        ..woman("Olga Esquecida", "olga.esquecida@email.com", "40291573606", "1959-06-30")
    },
    Person {
        conduct: Conduct::LoggedInElsewhere,
        ..woman("Vânia Sessões", "vania.sessoes@email.com", "51382609442", "1991-09-04")
    },
    Person {
        conduct: Conduct::RunsOutOfTime,
        ..man("Expedito Prazeres", "expedito.prazeres@email.com", "62473018553", "1972-12-01")
    },
    Person {
        conduct: Conduct::ForgedIdToken,
        ..man("Fausto Falcão", "fausto.falcao@email.com", "73564129006", "1986-03-19")
    },
    Person {
        conduct: Conduct::WithoutAccounts,
        ..woman("Nina Vazia", "nina.vazia@email.com", "84655203137", "2004-07-22")
    },
    Person {
        conduct: Conduct::NeverReturns,
        ..man("Ivo Semvolta", "ivo.semvolta@email.com", "95746381209", "1983-11-15")
    },
    Person {
        conduct: Conduct::SharesPart,
        money: PersonMoney::saving(5_600, 7_300),
        ..woman("Paula Metade", "paula.metade@email.com", "16837492519", "1994-05-08")
    },
    Person {
        conduct: Conduct::ScopeRefused,
        ..man("Inácio Escopo", "inacio.escopo@email.com", "27928503611", "1978-10-27")
    },
];
