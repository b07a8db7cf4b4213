//! Everybody, by name. Documents, logins and account numbers are the published ones of the official sandbox; people
//! without a published name or login got one.

use super::history::Money;
use super::person::{Company, Conduct, Person, Sex};
use super::profile::{CompanyMoney, PersonMoney};

const NOBODY: Person = Person {
    name: "",
    login: "",
    aliases: &[],
    cpf: "",
    sex: Sex::Female,
    born: "1985-01-01",
    companies: &[],
    number: "",
    conduct: Conduct::Ordinary,
    money: PersonMoney::earning(5_000),
};

pub(super) const fn woman(name: &'static str, login: &'static str, cpf: &'static str, born: &'static str) -> Person {
    Person { name, login, cpf, born, ..NOBODY }
}

pub(super) const fn man(name: &'static str, login: &'static str, cpf: &'static str, born: &'static str) -> Person {
    Person { name, login, cpf, born, sex: Sex::Male, ..NOBODY }
}

/// Starts every month with the published 100000.04 available and 12345.0001 blocked.
const RALPH: PersonMoney = PersonMoney {
    opening: Money::units(1_123_450_401),
    blocked: Money::units(123_450_001),
    invested: Money::reais(15_000),
    overdraft: Money::units(999_999),
    savings: Money::cents(4_223_306),
    saved_monthly: Money::reais(500),
    savings_blocked: Money::cents(99_999),
    published_payment: true,
    steady: true,
    ..PersonMoney::earning(12_500)
};

/// Seven to eight movements a day: more than 2,500 a year.
const JANICE: PersonMoney = PersonMoney {
    cards: 290,
    pix_out: 230,
    pix_in: 290,
    opening: Money::reais(5_200),
    ..PersonMoney::saving(6_800, 9_400)
};

/// Lives in the overdraft until the salary arrives.
const DIEGO: PersonMoney =
    PersonMoney { opening: Money::reais(150), overdraft: Money::reais(5_000), ..PersonMoney::earning(4_600) };

pub(super) static PEOPLE: [Person; 41] = [
    Person {
        aliases: &["alice@email.com"],
        companies: &["50685362006773", "50685362000673"],
        number: "94088392",
        money: RALPH,
        ..man("Ralph Bragg", "ralph.bragg@gmail.com", "76109277673", "1989-03-23")
    },
    Person { money: JANICE, ..woman("Janice Santana Matos", "janice.matos@email.com", "96644087000", "1978-07-14") },
    Person {
        companies: &["43053510000130"],
        money: PersonMoney::saving(9_200, 21_000),
        ..woman("Lilian Moreira", "lilian.psicologia@email.com", "37964623168", "1974-11-02")
    },
    Person {
        companies: &["43053510000130"],
        ..man("Bruno Moreira", "bruno.psicologia@email.com", "74930176972", "1999-05-27")
    },
    Person {
        companies: &["43053510000130"],
        ..man("Carlos Moreira", "carlos.psicologia@email.com", "85631619709", "1972-02-19")
    },
    Person {
        companies: &["43053510000130"],
        ..man("Lucas Moreira", "lucas.psicologia@email.com", "07423913537", "2001-09-08")
    },
    Person {
        companies: &["43053510000130"],
        ..man("Jorge Moreira", "jorge.psicologia@email.com", "36095824990", "1969-12-30")
    },
    Person {
        aliases: &["bob@email.com"],
        number: "94088393",
        conduct: Conduct::AwaitsSecondHolder,
        money: PersonMoney::saving(7_100, 12_000),
        ..man("Gabriel Nunes", "gabriel.nunes@email.com", "87517400444", "1984-06-21")
    },
    Person {
        companies: &["5W685362006744"],
        number: "38294750",
        money: PersonMoney { reserve: true, ..PersonMoney::saving(8_300, 15_500) },
        ..woman("Alice Silva", "alice.silva@email.com", "08116143018", "1991-01-17")
    },
    Person {
        number: "48392057",
        money: PersonMoney { prepaid: true, ..PersonMoney::saving(5_400, 3_100) },
        ..man("Bruno Souza", "bruno.souza@email.com", "21858449030", "1993-10-05")
    },
    Person {
        number: "59384720",
        money: PersonMoney::saving(11_800, 47_000),
        ..woman("Carolina Oliveira", "carolina.oliveira@email.com", "61932335048", "1982-03-11")
    },
    Person {
        number: "67392058",
        money: DIEGO,
        ..man("Diego Santos", "diego.santos@email.com", "50681017023", "1996-08-25")
    },
    Person {
        number: "75938204",
        money: PersonMoney::saving(6_200, 5_800),
        ..woman("Fernanda Lima", "fernanda.lima@hotmail.com", "66564659008", "1988-12-09")
    },
    Person {
        number: "83920475",
        money: PersonMoney { invested: Money::reais(4_000), ..PersonMoney::earning(9_900) },
        ..man("Gustavo Ferreira", "gustavo.ferreira@email.com", "45789141005", "1979-04-30")
    },
    Person {
        number: "92038475",
        money: PersonMoney { portability: true, ..PersonMoney::saving(7_700, 8_900) },
        ..woman("Helena Costa", "helena.costa@yahoo.com", "14072766038", "1986-05-16")
    },
    Person {
        number: "38475029",
        money: PersonMoney::earning(3_900),
        ..man("Igor Rodrigues", "igor.rodrigues@email.com", "77039495074", "2000-02-03")
    },
    Person {
        number: "49582037",
        money: PersonMoney { prepaid: true, ..PersonMoney::saving(4_800, 2_400) },
        ..woman("Juliana Alves", "juliana.alves@email.com", "49765577079", "1997-11-28")
    },
    Person {
        number: "57392084",
        money: PersonMoney::saving(14_500, 63_000),
        ..man("Lucas Pereira", "lucas.pereira@email.com", "57541317047", "1976-09-12")
    },
    woman("Tatiana Galvão", "tatiana.galvao@email.com", "53580793004", "1989-03-23"),
    woman("Eliane Sophia Melo", "eliane.melo@email.com", "10117409073", "1981-10-19"),
    Person {
        companies: &["00416968000101"],
        ..woman("Marta Abranches Braga", "marta.braga@email.com", "24184276504", "1968-06-06")
    },
    woman("Deise Argolo Henrique", "deise.henrique@email.com", "15719158502", "1994-01-31"),
    man("Estevão Rodrigues Ribas", "estevao.ribas@email.com", "33582750787", "1977-08-15"),
    man("Adriano Angelim", "adriano.angelim@email.com", "64258217018", "1990-05-04"),
    Person {
        conduct: Conduct::GatheredSlowly,
        ..woman("Sarah Miranda Rosman", "sarah.rosman@email.com", "84154817728", "1998-03-07")
    },
    woman("Carla Maria Rios", "carla.rios@email.com", "28728862813", "1973-12-22"),
    Person {
        companies: &["05830916000192"],
        money: PersonMoney::saving(10_400, 18_000),
        ..woman("Tânia Maitê Dias", "tania.dias@email.com", "84054560075", "1971-07-29")
    },
    Person {
        companies: &["74899188000198"],
        ..man("Mauro Nascimento", "mauro.nascimento@email.com", "80908253036", "1965-04-18")
    },
    Person {
        companies: &["34541366000190"],
        ..man("Rodrigo Corrêa", "rodrigo.correa@email.com", "83181022071", "1983-11-11")
    },
    Person {
        companies: &["37091138000153"],
        ..woman("Natali Fontes", "natali.fontes@email.com", "37581505073", "1987-09-26")
    },
    Person {
        companies: &["78152049000157"],
        ..woman("Sônia Bittencourt", "sonia.bittencourt@email.com", "17408474072", "1963-02-14")
    },
    Person {
        companies: &["12618299000121"],
        ..man("Renato Valadares", "renato.valadares@email.com", "57428506034", "1980-06-03")
    },
    Person {
        companies: &["07123288000130"],
        ..woman("Ivone Sampaio", "ivone.sampaio@email.com", "34083740078", "1970-10-10")
    },
    Person {
        companies: &["80326748000118"],
        ..man("Cláudio Menezes", "claudio.menezes@email.com", "39199643065", "1966-01-25")
    },
    Person {
        companies: &["85443926000104"],
        ..woman("Berenice Campos", "berenice.campos@email.com", "94478415030", "1992-08-01")
    },
    Person {
        companies: &["60667129000180"],
        ..man("Otávio Prates", "otavio.prates@email.com", "24974145053", "1975-05-20")
    },
    Person {
        companies: &["30867497000100"],
        ..woman("Lívia Cordeiro", "livia.cordeiro@email.com", "70127551050", "1988-04-09")
    },
    Person {
        conduct: Conduct::AwaitsSecondHolder,
        ..woman("Regina Tavares", "regina.tavares@email.com", "23824264030", "1967-03-13")
    },
    Person {
        conduct: Conduct::RefusesConsent,
        ..man("Murilo Azevedo", "murilo.azevedo@email.com", "05117767055", "1995-07-07")
    },
    woman("Alice Prado", "alice.prado@email.com", "96362357086", "1990-12-12"),
    man("Roberto Prado", "roberto.prado@email.com", "78628584099", "1987-02-27"),
];

const fn company(
    cnpj: &'static str,
    name: &'static str,
    trade_name: &'static str,
    activity: &'static str,
    founded: &'static str,
    money: CompanyMoney,
) -> Company {
    Company { cnpj, name, trade_name, activity, founded, money }
}

const SMALL: CompanyMoney = CompanyMoney::earning(48_000, 160, 3);
const MEDIUM: CompanyMoney = CompanyMoney::earning(120_000, 260, 8);

pub(super) static COMPANIES: [Company; 16] = [
    company("50685362006773", "Bragg Mechanics Ltda", "Bragg Mechanics", "4520001", "2012-04-02", MEDIUM),
    company("50685362000673", "Bragg Mechanics Ltda", "Bragg Mechanics Matriz", "4520001", "2009-08-17", SMALL),
    company(
        "43053510000130",
        "Lilian Psicologia Familiar Ltda",
        "Lilian Psicologia Familiar",
        "8650003",
        "2015-02-10",
        SMALL,
    ),
    company("5W685362006744", "Alice Silva Ateliê de Costura Ltda", "Ateliê Alice", "1412602", "2026-07-20", SMALL),
    company("00416968000101", "Abranches Braga Comércio Ltda", "Casa Abranches", "4755502", "2001-09-03", MEDIUM),
    company("05830916000192", "Maitê Dias Eventos Ltda", "Maitê Eventos", "8230001", "2007-05-14", MEDIUM),
    company("74899188000198", "Nascimento Advocacia Ltda", "Nascimento Advocacia", "6911701", "1998-03-23", SMALL),
    company(
        "34541366000190",
        "Igor e Rodrigo Corretores Associados ME",
        "Igor e Rodrigo Corretores",
        "6622300",
        "2013-11-18",
        SMALL,
    ),
    company("37091138000153", "Natali Joalheria Ltda", "Natali Joalheria", "4783101", "2016-06-06", SMALL),
    company("78152049000157", "Bittencourt Laticínios Ltda", "Laticínios da Serra", "1052000", "1995-01-09", MEDIUM),
    company("12618299000121", "Valadares Transportes Ltda", "Valadares Cargas", "4930202", "2010-10-25", MEDIUM),
    company(
        "07123288000130",
        "Sampaio Materiais de Construção Ltda",
        "Sampaio Materiais",
        "4744099",
        "2004-12-13",
        MEDIUM,
    ),
    company("80326748000118", "Menezes Agropecuária Ltda", "Fazenda Boa Vista", "0151201", "1989-07-31", MEDIUM),
    company("85443926000104", "Bice Bicicletas Ltda", "Bice Bicicletas", "4763603", "2018-03-05", SMALL),
    company("60667129000180", "Impressione Gráfica Ltda", "Impressione", "1813001", "2011-08-22", SMALL),
    company("30867497000100", "Cordeiro Tecnologia Ltda", "Cordeiro Tech", "6201501", "2019-05-27", SMALL),
];
