//! The shares that people trade; all companies are made up.

use super::decimal::Precise;
use super::share::Share;
use super::share::Trade::{Buy, Sell};

const SHARE: Share = Share {
    ticker: "",
    isin: "",
    name: "",
    root: "",
    base: Precise::hundredths(600),
    moves: (650, 3_200),
    pays: 130,
    pays_in: &[3, 6, 9, 12],
    every: 24,
    trades: &[],
};

/// What everybody trades comes first. The second and the fourth are bought on the same days, so that one note covers
/// both; the third is left alone for longer than a year before it is bought again.
pub(crate) static SHARES: [Share; 5] = [
    Share {
        ticker: "MNRO3",
        isin: "BRMNROACNOR4",
        name: "Mineração Ouro Branco S.A.",
        root: "214380160001",
        trades: &[
            (0, 6, Buy(300)),
            (2, 14, Buy(150)),
            (5, 6, Sell(250)),
            (8, 14, Buy(250)),
            (11, 6, Sell(300)),
            (14, 11, Buy(200)),
            (18, 6, Sell(400)),
            (22, 15, Sell(1000)),
        ],
        ..SHARE
    },
    Share {
        ticker: "BCAT4",
        isin: "BRBCATACNPR7",
        name: "Banco Catavento S.A.",
        root: "196053840001",
        base: Precise::hundredths(410),
        moves: (720, 2_600),
        pays: 85,
        pays_in: &[1, 4, 7, 10],
        every: 18,
        trades: &[(0, 7, Buy(200)), (6, 7, Buy(200)), (10, 12, Sell(500)), (16, 7, Sell(1000))],
    },
    Share {
        ticker: "ENLT11",
        isin: "BRENLTCDAM15",
        name: "Energias do Litoral S.A.",
        root: "287150930001",
        base: Precise::hundredths(1_090),
        moves: (590, 1_900),
        pays: 210,
        pays_in: &[5, 11],
        every: 36,
        trades: &[(0, 9, Buy(250)), (8, 9, Buy(250)), (14, 9, Sell(500)), (19, 9, Sell(1000))],
    },
    Share {
        ticker: "VRJO3",
        isin: "BRVRJOACNOR9",
        name: "Varejo Bom Dia S.A.",
        root: "330127590001",
        base: Precise::hundredths(215),
        moves: (380, 4_400),
        pays: 60,
        pays_in: &[8],
        every: 18,
        trades: &[(0, 7, Buy(120)), (6, 7, Buy(150)), (10, 12, Buy(80)), (16, 7, Sell(1000))],
    },
    Share {
        ticker: "LOGX11",
        isin: "BRLOGXCTF002",
        name: "Galpões do Cerrado Fundo de Investimento Imobiliário",
        root: "345107820001",
        base: Precise::hundredths(3_540),
        moves: (410, 1_100),
        pays: 75,
        pays_in: &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        every: 30,
        trades: &[(0, 12, Buy(400)), (12, 12, Buy(200)), (27, 12, Sell(1000))],
    },
];
