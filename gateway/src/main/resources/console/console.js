"use strict";

const byId = (id) => document.getElementById(id);

// The text with every character escaped, as in JSON, that moves or hides others. Line ends stay: in
// what comes as JSON they are escaped already.
function visible(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu, (unseen) =>
    unseen === "\n" ? unseen
      : unseen.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""));
}

function row(cells) {
  const tr = document.createElement("tr");
  for (const cell of cells) {
    const td = document.createElement("td");
    td.textContent = visible(String(cell));
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

// A moment as people read it: to the second, and in UTC like evidence and the log.
function moment(text) {
  return `${text.slice(0, 19).replace("T", " ")} UTC`;
}

function show(status) {
  for (const part of document.querySelectorAll("#status .gateway")) {
    part.hidden = false;
  }
  byId("facts").replaceChildren();
  fact("version", status.version);
  fact("agents connect to", status.addresses.data);
  fact("administrators", status.addresses.admin);
  fact("up since", moment(status.startedAt));
  fact("revision", status.revision);
  fact("evidence", `${status.evidence.records} records`);
  byId("servers").replaceChildren(
    ...status.servers.map((one) => row([
      one.name, one.detail ? `${one.state}: ${one.detail}` : one.state, one.tools, one.pending])));
  byId("kinds").replaceChildren(
    ...Object.entries(status.resources).map(([kind, count]) => row([kind, count])));
  byId("connect").textContent =
    `MCP client:     ${status.addresses.data}/mcp\n` +
    `OpenAI SDK:     base URL ${status.addresses.data}/v1\n` +
    `Anthropic SDK:  base URL ${status.addresses.data}\n` +
    "with the header Authorization: Bearer <JWT-SVID, access token or key>";
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
    const error = new Error(body.detail || `status ${answer.status}`);
    error.status = answer.status;
    throw error;
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
  head.textContent = visible(
    `${call.server}/${call.name} for ${call.turnOwner || call.principal}${user}, until ${moment(call.expiresAt)}`);
  const decide = async (verb) => {
    const decided = await ask(token, `/admin/calls/${call.id}/${verb}`, "POST");
    box.replaceChildren(head, document.createTextNode(decided.status));
  };
  const read = async () => {
    const { id, principal, onBehalfOf, policy, rule, purpose, arguments: sent, besides, references, provenance } =
      await ask(token, `/admin/calls/${call.id}`);
    const text = document.createElement("pre");
    text.textContent = visible(JSON.stringify(
      { id, principal, onBehalfOf, policy, rule, purpose, arguments: sent, besides, references, provenance }, null, 2));
    box.replaceChildren(
      head, text, button("Approve", () => decide("approve")), button("Reject", () => decide("reject")));
  };
  box.append(head, button("Read", read));
  return { box, read };
}

// What is said where nothing can be decided: the call does not wait any more, or there is none.
function saidBox(text) {
  const box = document.createElement("section");
  box.textContent = visible(text);
  return { box, read: async () => {} };
}

async function foundBox(token, id) {
  try {
    const call = await ask(token, `/admin/calls/${id}`);
    return call.status === "pending"
      ? callBox(token, call)
      : saidBox(`${call.server}/${call.name}, ${id}: ${call.status}`);
  } catch (error) {
    if (error.status === 404) {
      return saidBox(`${id}: there is no such call.`);
    }
    throw error;
  }
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
  try {
    const one = boxes.get(id) || await foundBox(token, id);
    boxes.set(id, one);
    if (!one.box.isConnected) {
      byId("calls").prepend(one.box);
      byId("nocalls").hidden = true;
    }
    await one.read();
    one.box.scrollIntoView();
  } catch (error) {
    opened = ""; // it is tried again with the next look
    throw error;
  }
}

// Whoever comes by the address of a call is told that it will be shown.
function tellNamed() {
  byId("named").hidden = !named();
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

// A token of one's own decides calls, and shows nothing else of the gateway.
let callsAlone = false;

async function showGateway(token) {
  try {
    show(await ask(token, "/admin/status"));
  } catch (error) {
    if (error.status !== 403) {
      throw error;
    }
    callsAlone = true;
    for (const part of document.querySelectorAll("#status .gateway")) {
      part.hidden = true;
    }
    byId("status").hidden = false;
    byId("enter").hidden = true;
  }
}

async function load(token) {
  byId("trouble").hidden = true;
  try {
    if (!callsAlone) {
      await showGateway(token);
    }
    showCalls(token, (await ask(token, "/admin/calls?status=pending")).items);
    await openNamed(token).catch(tell);
  } catch (error) {
    tell(error.status === 401 ? new Error(
      "That is not the admin token of this gateway, nor one of somebody who decides its held calls.") : error);
    byId("enter").hidden = false;
    callsAlone = false;
    return;
  }
  setTimeout(() => load(token), 5000);
}

tellNamed();

window.addEventListener("hashchange", () => {
  tellNamed();
  const token = byId("token").value.trim();
  if (token) {
    openNamed(token).catch(tell);
  }
});

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  load(byId("token").value.trim());
});
