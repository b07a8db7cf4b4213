//! Where cards are used. All shops are made up.

use crate::people::history::SHOPS;

/// Category codes of the shops of [`SHOPS`], in their order.
pub(super) static CATEGORIES: [u16; SHOPS.len()] = [
    5411, 5411, 5431, 5422, 5462, 5462, 5814, 5812, 5812, 5813, 5814, 5812, 5912, 5912, 5541, 5541, 4121, 4111, 7523,
    5942, 5943, 5995, 5651, 5661, 5211, 5732, 7832, 7230, 7230, 7211, 5992, 5994,
];

/// Shops whose prices people pay in instalments: name, price in cents, category.
pub(super) static LARGE: [(&str, (i64, i64), u16); 9] = [
    ("Magazine Ipiranga Eletro", (79_900, 389_000), 5732),
    ("Móveis Aroeira", (89_000, 420_000), 5712),
    ("Casa & Construção Alvorada", (45_000, 260_000), 5211),
    ("Ótica Olhar Claro", (38_000, 149_000), 8043),
    ("Viagens Rumo Certo", (99_000, 480_000), 4722),
    ("Celular na Mão Loja Oficial", (119_000, 520_000), 4812),
    ("Odontologia Sorriso Largo", (60_000, 310_000), 8021),
    ("Pneus Bom Caminho", (72_000, 198_000), 5532),
    ("Colchões Noite Boa", (85_000, 240_000), 5712),
];

/// Shops abroad: name, price in cents of the currency, currency, category.
pub(super) static ABROAD: [(&str, (i64, i64), &str, u16); 5] = [
    ("Northwind Books Online", (999, 5_900), "USD", 5942),
    ("Cloudberry Hosting", (500, 4_200), "USD", 4816),
    ("Pixel Forge Games", (1_499, 6_999), "USD", 5816),
    ("Librairie du Canal", (900, 4_800), "EUR", 5942),
    ("Lisboa Viva Bilhetes", (1_800, 9_500), "EUR", 7922),
];

/// What is paid by card every month: name, cents, day, category.
pub(super) static SUBSCRIPTIONS: [(&str, i64, i8, u16); 4] = [
    ("Séries sem Fim Assinatura", 4_490, 4, 4899),
    ("Música Corrente Família", 3_490, 9, 5815),
    ("Pedal Livre Academia", 11_990, 14, 7997),
    ("Nuvem Guarda Tudo", 1_490, 27, 4816),
];
