// Words for what the engine names by identifiers. An unknown one is told as it stands, readable.

const signals: Record<string, string> = {
  "relationship.client_contact": "Client contact",
  "relationship.silence_days": "Silence",
  "relationship.silence_ratio": "Silence against their rhythm",
  "relationship.unanswered_hours": "Client waits for an answer",
  "relationship.response_hours": "Our time to answer",
  "relationship.contact_trend": "Contact against their own level",
  "relationship.survey_score": "Survey answers",
  "relationship.meetings_cancelled": "Meetings cancelled",
  "relationship.mentions_leaving": "Mentions of leaving",
  "complaints.open": "Open complaints",
  "complaints.open_weighted": "Complaints",
  "complaints.reopened_90d": "Reopened in 90 days",
  "complaints.worst_clock": "Complaint clock",
  "complaints.clock": "Complaint clock",
  "promises.overdue": "Promises overdue",
  "promises.missed_90d": "Promises missed in 90 days",
  "profile.champion_left": "Champion",
  "profile.single_threaded": "More than one contact",
  "usage.trend": "Use against their own level",
  "usage.seat_share": "Use of seats",
  "usage.active_users": "Active users",
  "usage.seats": "Seats bought",
  "usage.days_since_any": "Since the last use",
  "usage.limit_hits_30d": "Limits hit in 30 days",
  "contracts.days_overdue": "Payment",
  "contracts.overdue_amount": "Overdue",
  "contracts.days_to_notice": "Notice deadline",
};

const rules: Record<string, string> = {
  silence: "Silence",
  unanswered_client: "Client waits for an answer",
  complaint_near_its_clock: "Complaint near its clock",
  complaint_past_its_clock: "Complaint past its clock",
  champion_left: "Champion left",
  usage_falling: "Use is falling",
  renewal_at_risk: "Renewal near with low health",
  invoice_overdue: "Invoice overdue",
  promise_missed: "Promise missed",
  notice_given: "Notice given",
};

/** "silence_days" → "Silence days". */
function readable(name: string): string {
  const text = name.replaceAll("_", " ").replaceAll(".", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

export function signalName(name: string): string {
  return signals[name] ?? readable(name.slice(name.indexOf(".") + 1));
}

export function ruleName(name: string): string {
  return rules[name] ?? readable(name);
}

export function roleName(role: string): string {
  return readable(role.replace("STAKEHOLDER_ROLE_", ""));
}

/** An owner as people say it: "nele.harms" → "Nele Harms"; anything else stays as it is. */
export function personName(id: string): string {
  if (!/^[\p{L}-]+([._][\p{L}-]+)+$/u.test(id)) return id;
  return id
    .split(/[._]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(" ");
}

/**
 * Which of `owners` somebody means by what they write: the id in any case, or the name as pages show it.
 * What names none of them stays as it is: somebody may look after nothing.
 */
export function ownerNamed(written: string, owners: readonly string[]): string {
  const plain = (text: string) => text.trim().replace(/\s+/g, " ").toLocaleLowerCase("en");
  const asked = plain(written);
  return (
    owners.find((owner) => owner === written) ??
    owners.find((owner) => plain(owner) === asked) ??
    owners.find((owner) => plain(personName(owner)) === asked) ??
    written.trim()
  );
}

/** "Nele Harms" → "NH". */
export function initials(id: string): string {
  const parts = personName(id)
    .split(/[\s@]+/)
    .filter(Boolean);
  return parts
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join("");
}

/** The sign before a row of the timeline, so that kinds can be told apart without colour. */
export function typeSign(type: string): string {
  if (type.includes("cancelled") || type.includes("no_show") || type.includes("missed")) return "✕";
  if (type === "interaction.email.sent" || type === "interaction.chat.sent") return "→";
  if (type === "interaction.email.received") return "←";
  const family = type.slice(0, type.indexOf("."));
  const signs: Record<string, string> = {
    interaction: "↔",
    complaint: "!",
    contract: "§",
    subscription: "§",
    invoice: "¤",
    usage: "◦",
    stakeholder: "○",
    promise: "◇",
    task: "□",
    note: "¶",
    alert: "▲",
    survey: "?",
    notice: "i",
  };
  return signs[family] ?? "·";
}

/** What a timeline can be narrowed to: families of events, and channels of contact. */
export const typeFilters: readonly {
  say: string;
  types: readonly string[];
  channel?: boolean;
}[] = [
  { say: "Everything", types: [] },
  { say: "Contact", types: ["interaction."] },
  { say: "Complaints", types: ["complaint."] },
  { say: "Contract and money", types: ["contract.", "subscription.", "invoice."] },
  { say: "People", types: ["stakeholder.", "account."] },
  { say: "Use", types: ["usage."] },
  { say: "Promises and tasks", types: ["promise.", "task."] },
  { say: "Notes", types: ["note."] },
  { say: "Alerts", types: ["alert."] },
  { say: "Mail", types: ["interaction.email"], channel: true },
  { say: "Calls", types: ["interaction.call"], channel: true },
  { say: "Meetings", types: ["interaction.meeting"], channel: true },
  { say: "Chat", types: ["interaction.chat"], channel: true },
  { say: "Surveys", types: ["survey."], channel: true },
  { say: "Notices", types: ["notice."], channel: true },
];
