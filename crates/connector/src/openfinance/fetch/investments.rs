//! Investments and their movements (section 11.5).

use std::collections::HashMap;

use jiff::ToSpan as _;
use url::Url;
use vinculo_domain::model::{BrokerNote, InvestmentDraft, InvestmentTransactionDraft, InvestmentType};

use super::is_absent;
use crate::openfinance::map::calendar::day_in_sao_paulo;
use crate::openfinance::map::investment::{BankFixed, CreditFixed, Family, Funds, Treasure, Variable, broker_note};
use crate::openfinance::wire::variable_incomes::BrokerNoteBody;
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, PageOf, PageToken, ProtocolError, Window};

/// Days before today that the current movements reach back (D-6).
const RECENT_DAYS: i64 = 6;

/// Calls what follows with the family of a kind.
macro_rules! family {
    ($kind:expr, $family:ident => $call:expr) => {
        match $kind {
            InvestmentType::FixedIncomeBanking => {
                type $family = BankFixed;
                $call
            }
            InvestmentType::FixedIncomeCredit => {
                type $family = CreditFixed;
                $call
            }
            InvestmentType::TreasuryBond => {
                type $family = Treasure;
                $call
            }
            InvestmentType::InvestmentFund => {
                type $family = Funds;
                $call
            }
            InvestmentType::VariableIncome => {
                type $family = Variable;
                $call
            }
        }
    };
}

impl OpenFinance {
    pub(crate) async fn list_investments(
        &self,
        access: &Access,
        kind: InvestmentType,
    ) -> Result<Vec<InvestmentDraft>, ConnectorError> {
        family!(kind, F => self.read_family::<F>(access).await)
    }

    pub(crate) async fn read_movements(
        &self,
        access: &Access,
        kind: InvestmentType,
        investment: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<InvestmentTransactionDraft>, ConnectorError> {
        family!(kind, F => self.movements_page::<F>(access, investment, window, next).await)
    }

    async fn read_family<F: Family>(&self, access: &Access) -> Result<Vec<InvestmentDraft>, ConnectorError> {
        super::require(access, F::PERMISSION)?;
        let first = paged(endpoint(&access.institution, F::API, 1, &["investments"])?, self.http.limits.page_size);
        let base = base(&access.institution, F::API, 1)?;
        let items: Vec<F::Item> = self.read_all(access, &base, first).await?;
        let mut investments = Vec::with_capacity(items.len());
        for item in &items {
            investments.extend(self.investment::<F>(access, item).await?);
        }
        Ok(investments)
    }

    /// Reads one investment. `None`: it was blocked between the list and the detail; the next reading will have it.
    async fn investment<F: Family>(
        &self,
        access: &Access,
        item: &F::Item,
    ) -> Result<Option<InvestmentDraft>, ConnectorError> {
        let id = F::id(item).cut(100).ok_or_else(|| ProtocolError::Unreadable("investmentId missing".to_owned()))?;
        let url = endpoint(&access.institution, F::API, 1, &["investments", &id])?;
        let detail: F::Detail = match self.read_data(access, &url).await {
            Err(error) if is_absent(&error) => return Ok(None),
            other => other?,
        };
        let url = endpoint(&access.institution, F::API, 1, &["investments", &id, "balances"])?;
        let balance: Option<F::Balance> = self.read_optional(access, &url).await?;
        Ok(Some(F::investment(&id, item, &detail, balance.as_ref())))
    }

    async fn movements_page<F: Family>(
        &self,
        access: &Access,
        investment: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<InvestmentTransactionDraft>, ConnectorError> {
        super::require(access, F::PERMISSION)?;
        let base = base(&access.institution, F::API, 1)?;
        let first = self.first_movements::<F>(access, investment, window)?;
        let mut page = self.read_turn::<Vec<F::Movement>>(access, &base, first, next).await?;
        let map = |item| F::movement(item, &mut page.counter);
        let mut items = page.items.iter().map(map).collect::<Result<Vec<_>, _>>()?;
        let mut notes = HashMap::new();
        for (movement, draft) in page.items.iter().zip(&mut items) {
            if let Some(id) = F::note(movement) {
                draft.content.broker_note_details = self.note::<F>(access, id, &mut notes).await?;
            }
        }
        Ok(PageOf { items, next: page.token(self.http.limits.pages)? })
    }

    /// The first page: of the current movements where they hold all days of the window, since those may be read far
    /// more often (section 8.1), otherwise of the whole year's.
    fn first_movements<F: Family>(
        &self,
        access: &Access,
        investment: &str,
        window: Window,
    ) -> Result<Url, ConnectorError> {
        let today = day_in_sao_paulo(self.settings.env.now());
        let recent = today.checked_sub(RECENT_DAYS.days()).is_ok_and(|first| window.from >= first);
        let name = if recent && window.to <= today { "transactions-current" } else { "transactions" };
        let mut url = endpoint(&access.institution, F::API, 1, &["investments", investment, name])?;
        let (from, to) = F::DAYS;
        url.query_pairs_mut().append_pair(from, &window.from.to_string()).append_pair(to, &window.to.to_string());
        Ok(paged(url, self.http.limits.page_size))
    }

    /// Reads a broker's note, once for a page. A note that cannot be had does not cost the movement: also not when the
    /// month's notes are used up.
    async fn note<F: Family>(
        &self,
        access: &Access,
        id: &str,
        known: &mut HashMap<String, Option<BrokerNote>>,
    ) -> Result<Option<BrokerNote>, ConnectorError> {
        if let Some(note) = known.get(id) {
            return Ok(note.clone());
        }
        let url = endpoint(&access.institution, F::API, 1, &["broker-notes", id])?;
        let wire: Option<BrokerNoteBody> = match self.read_optional(access, &url).await {
            Err(ConnectorError::LimitReached) => None,
            other => other?,
        };
        let note = wire.as_ref().and_then(broker_note);
        known.insert(id.to_owned(), note.clone());
        Ok(note)
    }
}
