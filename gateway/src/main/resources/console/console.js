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

async function load(token) {
  const trouble = byId("trouble");
  trouble.hidden = true;
  try {
    const answer = await fetch("/admin/status", { headers: { Authorization: `Bearer ${token}` } });
    const body = await answer.json();
    if (!answer.ok) {
      throw new Error(body.detail || `status ${answer.status}`);
    }
    show(body);
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
