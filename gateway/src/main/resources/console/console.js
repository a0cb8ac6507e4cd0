"use strict";

const byId = (id) => document.getElementById(id);

function row(cells) {
  const tr = document.createElement("tr");
  for (const cell of cells) {
    const td = document.createElement("td");
    td.textContent = String(cell);
    tr.append(td);
  }
  return tr;
}

function fact(name, value) {
  const dt = document.createElement("dt");
  const dd = document.createElement("dd");
  dt.textContent = name;
  dd.textContent = String(value);
  byId("facts").append(dt, dd);
}

function show(status) {
  byId("facts").replaceChildren();
  fact("version", status.version);
  fact("agents connect to", status.addresses.data);
  fact("administrators", status.addresses.admin);
  fact("up since", status.startedAt);
  fact("revision", status.revision);
  fact("evidence", `${status.evidence.records} records`);
  byId("servers").replaceChildren(
    ...status.servers.map((one) => row([one.name, one.state, one.tools, one.pending])));
  byId("kinds").replaceChildren(
    ...Object.entries(status.resources).map(([kind, count]) => row([kind, count])));
  byId("connect").textContent =
    `MCP client:   ${status.addresses.data}/mcp\n` +
    `OpenAI SDK:   base URL ${status.addresses.data}/v1\n` +
    "with the header  Authorization: Bearer <JWT-SVID, access token or key>";
  byId("status").hidden = false;
  byId("enter").hidden = true;
}

async function ask(token, path, method = "GET") {
  const answer = await fetch(path, { method, headers: { Authorization: `Bearer ${token}` } });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.detail || `status ${answer.status}`);
  }
  return body;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await act();
    } catch (error) {
      byId("trouble").textContent = error.message;
      byId("trouble").hidden = false;
    }
  });
  return made;
}

// What a call sends is shown before it can be decided: nobody approves what they have not read.
function callBox(token, call) {
  const box = document.createElement("section");
  box.dataset.id = call.id;
  const head = document.createElement("p");
  head.textContent =
    `${call.server}/${call.name} for ${call.onBehalfOf || call.principal}, until ${call.expiresAt}`;
  const decide = async (verb) => {
    const decided = await ask(token, `/admin/calls/${call.id}/${verb}`, "POST");
    box.replaceChildren(head, document.createTextNode(decided.status));
  };
  box.append(head, button("Read", async () => {
    const { id, principal, policy, rule, arguments: sent, besides, references } =
      await ask(token, `/admin/calls/${call.id}`);
    const text = document.createElement("pre");
    text.textContent =
      JSON.stringify({ id, principal, policy, rule, arguments: sent, besides, references }, null, 2);
    box.replaceChildren(
      head, text, button("Approve", () => decide("approve")), button("Reject", () => decide("reject")));
  }));
  return box;
}

function showCalls(token, calls) {
  const known = new Map([...byId("calls").children].map((box) => [box.dataset.id, box]));
  byId("calls").replaceChildren(
    ...calls.map((call) => known.get(call.id) || callBox(token, call)));
  byId("nocalls").hidden = calls.length > 0;
}

async function load(token) {
  const trouble = byId("trouble");
  trouble.hidden = true;
  try {
    show(await ask(token, "/admin/status"));
    showCalls(token, (await ask(token, "/admin/calls?status=pending")).items);
  } catch (error) {
    trouble.textContent = error.message;
    trouble.hidden = false;
    byId("enter").hidden = false;
    return;
  }
  setTimeout(() => load(token), 5000);
}

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  load(byId("token").value.trim());
});
