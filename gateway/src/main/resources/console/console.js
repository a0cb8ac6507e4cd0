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

function tell(error) {
  byId("trouble").textContent = error.message;
  byId("trouble").hidden = false;
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
      tell(error);
    }
  });
  return made;
}

// What a call sends is shown before it can be decided: nobody approves what they have not read.
function callBox(token, call) {
  const box = document.createElement("section");
  box.dataset.id = call.id;
  const head = document.createElement("p");
  const user = call.onBehalfOf ? ` on behalf of ${call.onBehalfOf}` : "";
  head.textContent =
    `${call.server}/${call.name} for ${call.turnOwner || call.principal}${user}, until ${call.expiresAt}`;
  const decide = async (verb) => {
    const decided = await ask(token, `/admin/calls/${call.id}/${verb}`, "POST");
    box.replaceChildren(head, document.createTextNode(decided.status));
  };
  const read = async () => {
    const { id, principal, onBehalfOf, policy, rule, purpose, arguments: sent, besides, references, provenance } =
      await ask(token, `/admin/calls/${call.id}`);
    const text = document.createElement("pre");
    text.textContent =
      JSON.stringify({ id, principal, onBehalfOf, policy, rule, purpose, arguments: sent, besides, references, provenance }, null, 2);
    box.replaceChildren(
      head, text, button("Approve", () => decide("approve")), button("Reject", () => decide("reject")));
  };
  box.append(head, button("Read", read));
  return { box, read };
}

// A call that does not wait any more.
function endedBox(call) {
  const box = document.createElement("section");
  box.textContent = `${call.server}/${call.name}, ${call.id}: ${call.status}`;
  return { box, read: async () => {} };
}

const boxes = new Map();

// The call that the address of this page names, as in #call=ID; it is opened once it is there.
function named() {
  const found = /^#call=([0-9A-Za-z-]{1,64})$/.exec(location.hash);
  return found ? found[1] : "";
}

let opened = "";

async function openNamed(token) {
  const id = named();
  if (!id || opened === id) {
    return;
  }
  opened = id;
  let one = boxes.get(id);
  if (!one) {
    const call = await ask(token, `/admin/calls/${id}`);
    one = call.status === "pending" ? callBox(token, call) : endedBox(call);
    boxes.set(id, one);
    byId("calls").prepend(one.box);
    byId("nocalls").hidden = true;
  }
  await one.read();
  one.box.scrollIntoView();
}

function showCalls(token, calls) {
  const shown = calls.map((call) => {
    const one = boxes.get(call.id) || callBox(token, call);
    boxes.set(call.id, one);
    return one.box;
  });
  const kept = boxes.get(opened);
  if (kept && !shown.includes(kept.box)) {
    shown.unshift(kept.box);
  }
  byId("calls").replaceChildren(...shown);
  byId("nocalls").hidden = shown.length > 0;
}

async function load(token) {
  byId("trouble").hidden = true;
  try {
    show(await ask(token, "/admin/status"));
    showCalls(token, (await ask(token, "/admin/calls?status=pending")).items);
    await openNamed(token).catch(tell);
  } catch (error) {
    tell(error);
    byId("enter").hidden = false;
    return;
  }
  setTimeout(() => load(token), 5000);
}

window.addEventListener("hashchange", () => {
  const token = byId("token").value.trim();
  if (token) {
    openNamed(token).catch(tell);
  }
});

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  load(byId("token").value.trim());
});
