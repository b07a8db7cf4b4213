//! Whom people in the histories deal with. All shops and companies are made up.

use super::party::Organisation;

pub(crate) const FIRST_NAMES: [&str; 28] = [
    "Ana",
    "Beatriz",
    "Caio",
    "Daniela",
    "Eduardo",
    "Flávia",
    "Gilberto",
    "Heloísa",
    "Ítalo",
    "Joana",
    "Kátia",
    "Leandro",
    "Marina",
    "Nelson",
    "Olívia",
    "Paulo",
    "Queila",
    "Rafael",
    "Sílvia",
    "Tiago",
    "Úrsula",
    "Vinícius",
    "Wagner",
    "Yasmin",
    "Zélia",
    "Antônio",
    "Bianca",
    "Cecília",
];

pub(crate) const LAST_NAMES: [&str; 24] = [
    "Almeida",
    "Barros",
    "Cardoso",
    "Duarte",
    "Esteves",
    "Farias",
    "Gonçalves",
    "Holanda",
    "Jardim",
    "Lacerda",
    "Macedo",
    "Novaes",
    "Oliveira",
    "Peixoto",
    "Queiroz",
    "Ramos",
    "Salgado",
    "Teixeira",
    "Uchoa",
    "Vasconcelos",
    "Xavier",
    "Brandão",
    "Conceição",
    "Assunção",
];

/// A shop, what a purchase there costs (in cents), how often people go (weight), and when (hours of the day).
pub(crate) struct Shop {
    pub(crate) name: &'static str,
    pub(crate) cents: (i64, i64),
    pub(crate) weight: u64,
    pub(crate) hours: (i8, i8),
}

const fn shop(name: &'static str, low: i64, high: i64, weight: u64, hours: (i8, i8)) -> Shop {
    Shop { name, cents: (low, high), weight, hours }
}

pub(crate) static SHOPS: [Shop; 32] = [
    shop("Supermercado Boa Colheita", 4_500, 38_000, 9, (8, 21)),
    shop("Mercado Sol Nascente", 2_200, 16_000, 8, (7, 21)),
    shop("Hortifruti Quintal da Serra", 1_800, 9_500, 5, (7, 19)),
    shop("Açougue Bom Corte", 3_000, 14_000, 3, (8, 18)),
    shop("Padaria Pão da Praça", 700, 3_800, 12, (6, 20)),
    shop("Padaria Trigo de Minas", 650, 3_200, 6, (6, 20)),
    shop("Café da Esquina", 600, 2_900, 7, (7, 18)),
    shop("Restaurante Panela de Barro", 2_400, 9_800, 6, (11, 15)),
    shop("Cantina da Nona Rosa", 4_800, 17_500, 3, (19, 23)),
    shop("Bar do Juca", 2_500, 12_000, 3, (18, 23)),
    shop("Lanchonete Ponto Certo", 1_400, 4_600, 6, (11, 21)),
    shop("Entrega Já Comida", 2_800, 9_900, 7, (11, 23)),
    shop("Farmácia Vida Plena", 1_200, 14_500, 5, (7, 22)),
    shop("Drogaria São Benedito", 900, 11_000, 4, (7, 22)),
    shop("Posto Estrada Real", 10_000, 28_000, 4, (6, 22)),
    shop("Posto Três Coqueiros", 8_000, 25_000, 3, (6, 22)),
    shop("Corridas Vai e Vem", 900, 4_800, 9, (6, 23)),
    shop("Bilhete do Metrô", 520, 2_600, 6, (6, 21)),
    shop("Estacionamento Central Park", 1_000, 4_000, 2, (8, 20)),
    shop("Livraria Página Virada", 2_900, 16_000, 1, (10, 20)),
    shop("Papelaria Arco-Íris", 800, 7_500, 1, (9, 18)),
    shop("Pet Shop Focinho Feliz", 3_500, 19_000, 2, (9, 18)),
    shop("Lojas Marisol Moda", 5_900, 32_000, 2, (10, 21)),
    shop("Calçados Passo Firme", 8_900, 39_000, 1, (10, 21)),
    shop("Casa & Construção Alvorada", 2_500, 42_000, 1, (8, 18)),
    shop("Magazine Ipiranga Eletro", 9_900, 68_000, 1, (10, 21)),
    shop("Cinema Estrela do Sul", 2_400, 9_600, 1, (14, 22)),
    shop("Barbearia do Zeca", 3_500, 7_000, 1, (9, 19)),
    shop("Salão Bela Imagem", 4_500, 18_000, 1, (9, 19)),
    shop("Lavanderia Espuma Leve", 2_500, 8_500, 1, (8, 19)),
    shop("Floricultura Flor de Maio", 3_000, 12_000, 1, (9, 18)),
    shop("Banca do Largo", 500, 3_000, 2, (7, 19)),
];

const fn organisation(name: &'static str, root: &'static str) -> Organisation {
    Organisation { name, root }
}

pub(crate) static EMPLOYERS: [Organisation; 8] = [
    organisation("Metalúrgica Serra Azul Ltda", "214478300001"),
    organisation("Hospital Santa Cecília do Vale", "338190270001"),
    organisation("Colégio Novo Horizonte S.A.", "176620450001"),
    organisation("Tecnologia Caminho Aberto Ltda", "J7K2M4590001"),
    organisation("Transportadora Rota Sul Ltda", "290553180001"),
    organisation("Rede Varejo Bom Dia S.A.", "082713960001"),
    organisation("Agroindústria Vale do Ipê S.A.", "417705220001"),
    organisation("Consultoria Pedra Branca Ltda", "B3R80T120001"),
];

pub(crate) static LANDLORDS: [Organisation; 3] = [
    organisation("Imobiliária Casa Clara", "126634980001"),
    organisation("Administradora Teto Certo", "310957740001"),
    organisation("Imóveis Praça da Matriz", "225813060001"),
];

pub(crate) static POWER: [Organisation; 3] = [
    organisation("Energia Litoral Distribuição", "061182450001"),
    organisation("Companhia de Luz do Planalto", "073396610001"),
    organisation("Eletro Pampa Distribuidora", "089104370001"),
];

pub(crate) static WATER: [Organisation; 2] = [
    organisation("Águas do Vale Saneamento", "044517290001"),
    organisation("Companhia Municipal de Água", "052238810001"),
];

pub(crate) static PHONE: [Organisation; 2] =
    [organisation("Tchau Fio Telefonia", "190045520001"), organisation("Móvel Brasil Fala Mais", "203361970001")];

pub(crate) static INTERNET: [Organisation; 2] =
    [organisation("Fibra Veloz Internet", "245590130001"), organisation("Rede Clara Banda Larga", "271148060001")];

pub(crate) static CONDOMINIUMS: [Organisation; 3] = [
    organisation("Condomínio Edifício Jacarandá", "332207410001"),
    organisation("Condomínio Parque das Águas", "346618520001"),
    organisation("Condomínio Residencial Ipê Roxo", "359923170001"),
];

pub(crate) static SCHOOLS: [Organisation; 2] =
    [organisation("Escola Semente Viva", "168834050001"), organisation("Instituto Saber Mais Idiomas", "174402960001")];

pub(crate) static SUBSCRIPTIONS: [(&str, i64); 5] = [
    ("Filmes na Tela Assinatura", 3_990),
    ("Som Livre Demais Assinatura", 2_190),
    ("Academia Corpo em Movimento", 10_990),
    ("Nuvem de Fotos Assinatura", 999),
    ("Jornal da Manhã Digital", 1_990),
];

pub(crate) static CLIENTS: [Organisation; 6] = [
    organisation("Distribuidora Rio Claro Ltda", "119208340001"),
    organisation("Clínica Bem Cuidar Ltda", "258816700001"),
    organisation("Construtora Monte Alto S.A.", "137752910001"),
    organisation("Hotel Enseada das Gaivotas", "C9D41F070001"),
    organisation("Prefeitura de Vila Esperança", "046635180001"),
    organisation("Cooperativa Terra Boa", "283340550001"),
];

pub(crate) static SUPPLIERS: [Organisation; 5] = [
    organisation("Atacado Ponte Nova Ltda", "155528490001"),
    organisation("Embalagens Caixa Forte Ltda", "188871260001"),
    organisation("Insumos Campo Limpo S.A.", "209906340001"),
    organisation("Gráfica Traço Fino Ltda", "241173380001"),
    organisation("Peças e Parafusos União Ltda", "367740920001"),
];

pub(crate) static TREASURY: [Organisation; 3] = [
    organisation("DAS Simples Nacional", "901334570001"),
    organisation("Guia de recolhimento FGTS", "902287310001"),
    organisation("ISS Prefeitura de Vila Esperança", "046635180001"),
];
