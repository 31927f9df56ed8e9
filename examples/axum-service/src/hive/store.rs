//! The data of users, and its rules.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Tier};
use super::errors::{AffectedEntity, Error, PendingConfirmationRequired, StateErrorBuilder};
use super::form::{Fields, Input};

/// A connected account on a platform.
#[derive(Debug)]
pub(super) struct Account {
    owner: &'static str,
    pub(super) handle: &'static str,
}

/// A step of a flow.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct Node {
    /// The id, unique in the flow.
    id: String,
    /// The kind of the step.
    kind: NodeKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum NodeKind {
    Message,
    Wait,
    Randomizer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    Draft,
    Active,
}

/// An automated chat.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Flow {
    /// The id of the flow.
    id: String,
    #[serde(skip)]
    owner: &'static str,
    /// The account that the flow chats with.
    account_id: String,
    /// The keywords that start the flow.
    keywords: BTreeSet<String>,
    /// The steps.
    nodes: Vec<Node>,
    /// Whether the flow is active.
    state: State,
}

/// The content of a new flow.
#[derive(Debug, ToSchema)]
pub(super) struct NewFlow {
    /// The account that the flow chats with.
    #[schema(example = "acc_ada")]
    account_id: String,
    /// The keywords that start the flow. Duplicates count once.
    #[schema(example = json!(["hello"]))]
    keywords: Vec<String>,
    /// The steps.
    #[schema(example = json!([{"id": "greet", "kind": "message"}]))]
    nodes: Vec<Node>,
}

impl Input for NewFlow {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (account_id, keywords, nodes) = (fields.take("account_id"), fields.take("keywords"), fields.take("nodes"));
        Some(Self { account_id: account_id?, keywords: keywords?, nodes: nodes? })
    }
}

/// The new steps of a flow.
#[derive(Debug, ToSchema)]
pub(super) struct NewNodes {
    /// All steps.
    #[schema(example = json!([{"id": "greet", "kind": "message"}, {"id": "pause", "kind": "wait"}]))]
    nodes: Vec<Node>,
}

impl Input for NewNodes {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { nodes: fields.take("nodes")? })
    }
}

/// A post to publish later.
#[derive(Debug, ToSchema)]
pub(super) struct NewPost {
    /// The account to publish with.
    #[schema(example = "acc_ada")]
    account_id: String,
    /// The text.
    #[schema(example = "Hello")]
    text: String,
    /// The tags: letters and digits.
    #[schema(example = json!(["art"]))]
    tags: Vec<String>,
    /// The time, in seconds since 1970.
    #[schema(example = 4_102_444_800u32, maximum = 4_294_967_295u32)]
    scheduled_at: u32,
}

impl Input for NewPost {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (account_id, text) = (fields.take("account_id"), fields.take("text"));
        let (tags, scheduled_at) = (fields.take("tags"), fields.take_whole("scheduled_at"));
        Some(Self { account_id: account_id?, text: text?, tags: tags?, scheduled_at: scheduled_at? })
    }
}

/// A planned post.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Post {
    /// The id of the post.
    id: String,
    /// The time of publication, in seconds since 1970.
    scheduled_at: u32,
}

/// A new webhook subscription.
#[derive(Debug, ToSchema)]
pub(super) struct NewWebhook {
    /// The user's URL.
    #[schema(example = "https://ada.example/hook")]
    target_url: String,
}

impl Input for NewWebhook {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { target_url: fields.take("target_url")? })
    }
}

/// A webhook subscription.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Webhook {
    #[serde(skip)]
    owner: &'static str,
    /// The URL that events are sent to.
    target_url: String,
}

/// A call of a tool.
#[derive(Debug, ToSchema)]
pub(super) struct Question {
    /// The account. Absent if the agent selected none.
    #[schema(example = "acc_ada")]
    pub(super) account_id: Option<String>,
}

impl Input for Question {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { account_id: fields.take("account_id")? })
    }
}

/// A flow to delete.
#[derive(Debug, ToSchema)]
pub(super) struct Deletion {
    /// The flow.
    #[schema(example = "flow_1")]
    flow_id: String,
    /// The token in the response to the first call.
    #[schema(rename = "__confirmToken", example = json!(null))]
    confirm_token: Option<String>,
}

impl Input for Deletion {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (flow_id, confirm_token) = (fields.take("flow_id"), fields.take("__confirmToken"));
        Some(Self { flow_id: flow_id?, confirm_token: confirm_token? })
    }
}

/// The time in which a second call must confirm a deletion.
const TO_CONFIRM: Duration = Duration::from_secs(5 * 60);

errbook::operation!(
    "../../catalog/apis/socia-hive.yaml",
    /// Why nothing is found.
    pub(super) FindError: super::errors::Error,
    [not_found],
);

/// The data of all users.
#[derive(Debug)]
pub(super) struct Store {
    accounts: BTreeMap<&'static str, Account>,
    flows: BTreeMap<String, Flow>,
    flows_made: usize,
    /// By token: the flow to delete, and the time of the first call.
    deletions: BTreeMap<String, (String, Instant)>,
    webhooks: Vec<Webhook>,
    posts: usize,
}

impl Store {
    /// A store with a demo account for each user.
    pub(super) fn with_demo_accounts() -> Self {
        let accounts = BTreeMap::from([
            ("acc_ada", Account { owner: "ada", handle: "ada.draws" }),
            ("acc_bob", Account { owner: "bob", handle: "bob.bakes" }),
        ]);
        Self {
            accounts,
            flows: BTreeMap::new(),
            flows_made: 0,
            deletions: BTreeMap::new(),
            webhooks: Vec::new(),
            posts: 0,
        }
    }

    /// Finds an account of the caller. Accounts of other users are not found.
    pub(super) fn account(&self, caller: &Caller, id: &str) -> Result<&Account, FindError> {
        self.accounts.get(id).filter(|account| account.owner == caller.user).ok_or(FindError::not_found())
    }

    /// Finds a flow of the caller.
    pub(super) fn flow(&self, caller: &Caller, id: &str) -> Result<&Flow, FindError> {
        self.flows.get(id).filter(|flow| flow.owner == caller.user).ok_or(FindError::not_found())
    }

    fn flow_mut(&mut self, caller: &Caller, id: &str) -> Result<&mut Flow, FindError> {
        self.flows.get_mut(id).filter(|flow| flow.owner == caller.user).ok_or(FindError::not_found())
    }

    pub(super) fn create_flow(&mut self, caller: &Caller, new: NewFlow) -> Result<Flow, Error> {
        self.account(caller, &new.account_id)?;
        check_nodes(caller, &new.nodes)?;
        let NewFlow { account_id, keywords, nodes } = new;
        let keywords = keywords.into_iter().collect();
        Ok(self.add_flow(Flow {
            id: String::new(),
            owner: caller.user,
            account_id,
            keywords,
            nodes,
            state: State::Draft,
        }))
    }

    pub(super) fn duplicate_flow(&mut self, caller: &Caller, id: &str) -> Result<Flow, FindError> {
        let copy = Flow { state: State::Draft, ..self.flow(caller, id)?.clone() };
        Ok(self.add_flow(copy))
    }

    fn add_flow(&mut self, flow: Flow) -> Flow {
        self.flows_made += 1;
        let flow = Flow { id: format!("flow_{}", self.flows_made), ..flow };
        self.flows.insert(flow.id.clone(), flow.clone());
        flow
    }

    /// Deletes a flow at the second call, which has the token from the first response.
    pub(super) fn delete_flow(&mut self, caller: &Caller, deletion: Deletion) -> Result<(), Error> {
        let Deletion { flow_id, confirm_token } = deletion;
        let steps = self.flow(caller, &flow_id)?.nodes.len();
        self.deletions.retain(|_, (_, asked)| asked.elapsed() < TO_CONFIRM);
        let confirmed =
            confirm_token.filter(|token| self.deletions.get(token).is_some_and(|(asked_for, _)| *asked_for == flow_id));
        // A token that is unknown, expired or for another flow does not confirm anything: the
        // caller gets a new one.
        let Some(token) = confirmed else {
            let token = format!("confirm_{flow_id}");
            self.deletions.insert(token.clone(), (flow_id.clone(), Instant::now()));
            let summary = format!("Delete flow '{flow_id}' — {steps} nodes");
            return Err(Error::pending_confirmation(PendingConfirmationRequired {
                confirm_token: token,
                summary,
                affected_entities: vec![AffectedEntity { type_: "flow".to_owned(), id: flow_id }],
            }));
        };
        self.deletions.remove(&token);
        self.flows.remove(&flow_id);
        Ok(())
    }

    pub(super) fn edit_nodes(&mut self, caller: &Caller, id: &str, new: NewNodes) -> Result<Flow, Error> {
        let flow = self.flow_mut(caller, id)?;
        if flow.state == State::Active {
            return Err(StateErrorBuilder::new().with_suggestion("Call duplicate_flow and edit the draft.").build());
        }
        check_nodes(caller, &new.nodes)?;
        flow.nodes = new.nodes;
        Ok(flow.clone())
    }

    pub(super) fn activate_flow(&mut self, caller: &Caller, id: &str) -> Result<Flow, Error> {
        let flow = self.flow(caller, id)?;
        if flow.state == State::Active {
            return Err(Error::state_error());
        }
        let mut active =
            self.flows.values().filter(|other| other.state == State::Active && other.account_id == flow.account_id);
        if active.any(|other| !other.keywords.is_disjoint(&flow.keywords)) {
            return Err(Error::keyword_conflict());
        }
        let flow = self.flow_mut(caller, id)?;
        flow.state = State::Active;
        Ok(flow.clone())
    }

    pub(super) fn schedule_post(&mut self, caller: &Caller, new: &NewPost) -> Result<Post, Error> {
        self.account(caller, &new.account_id)?;
        if UNIX_EPOCH + Duration::from_secs(new.scheduled_at.into()) <= SystemTime::now() {
            return Err(Error::validation_error("scheduled_at is in the past"));
        }
        if new.text.is_empty() {
            return Err(Error::validation_error("the text is empty"));
        }
        if let Some(tag) = new.tags.iter().find(|tag| !tag.chars().all(char::is_alphanumeric)) {
            return Err(Error::validation_error(format!("the tag {tag:?} has reserved characters")));
        }
        self.posts += 1;
        Ok(Post { id: format!("post_{}", self.posts), scheduled_at: new.scheduled_at })
    }

    pub(super) fn subscribe(&mut self, caller: &Caller, new: NewWebhook) -> Result<Webhook, Error> {
        let own = self.webhooks.iter().filter(|webhook| webhook.owner == caller.user);
        if own.clone().any(|webhook| webhook.target_url == new.target_url) {
            return Err(Error::conflict());
        }
        if own.count() == caller.tier.webhooks() {
            return Err(Error::limit_reached());
        }
        let webhook = Webhook { owner: caller.user, target_url: new.target_url };
        self.webhooks.push(webhook.clone());
        Ok(webhook)
    }
}

/// Checks the steps of a flow against the rules and the caller's plan.
fn check_nodes(caller: &Caller, nodes: &[Node]) -> Result<(), Error> {
    if caller.tier < Tier::Pro && nodes.iter().any(|node| node.kind == NodeKind::Randomizer) {
        return Err(Error::tier_error(Tier::Pro.to_string()));
    }
    let ids: BTreeSet<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
    if ids.len() < nodes.len() { Err(Error::conflict()) } else { Ok(()) }
}
