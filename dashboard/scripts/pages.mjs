// Every page of the dashboard, with the account of the worst alert.

/** The account of the worst alert. */
async function anAccount(base) {
  const answer = await fetch(new URL("/tenure.api.v1.AlertService/ListAlerts", base), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ pageSize: 1 }),
  });
  if (!answer.ok) throw new Error(`ListAlerts: ${answer.status} ${await answer.text()}`);
  const { alerts = [] } = await answer.json();
  if (!alerts[0]) throw new Error("no alert is open: name an account");
  return alerts[0].account;
}

/** Paths by name; `wanted` is an account's id, or undefined. */
export async function pagesOf(base, wanted) {
  const account = encodeURIComponent(wanted ?? (await anAccount(base)));
  return {
    "needs-you": "/",
    accounts: "/accounts",
    account: `/account/${account}`,
    alerts: "/alerts",
    renewals: "/renewals",
    complaints: "/complaints",
    portfolio: "/portfolio",
    operations: "/operations",
    brief: `/account/${account}/brief`,
  };
}
