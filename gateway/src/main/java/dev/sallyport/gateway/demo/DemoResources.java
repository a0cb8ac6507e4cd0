package dev.sallyport.gateway.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What an administrator would write down for the demo, in the form in which it is applied. */
final class DemoResources {
  static final String MODEL_ALIAS = "assistant";
  static final String AGENT_PATH = "/agent/renewals";
  static final String AGENT = "spiffe://" + DemoIdentity.TRUST_DOMAIN + AGENT_PATH;

  private static final JsonMapper MAPPER = new JsonMapper();

  private final ArrayNode documents = JsonNodeFactory.instance.arrayNode();

  ArrayNode documents() {
    return documents;
  }

  DemoResources trustDomain(Map<String, Object> bundle) {
    var spec = add("TrustDomain", DemoIdentity.TRUST_DOMAIN);
    spec.put("trustDomain", DemoIdentity.TRUST_DOMAIN);
    spec.set("bundle", MAPPER.valueToTree(bundle));
    return this;
  }

  /** A server over HTTP, which wants a token. */
  DemoResources httpServer(String name, URI url, String token, String quarantine) {
    var credential = add("Credential", name);
    credential.put("kind", "header").put("header", "Authorization").put("value", "Bearer " + token);
    credential.putArray("servers").add(name);
    add("McpServer", name)
        .put("transport", "streamable-http")
        .put("url", url.toString())
        .put("credential", name)
        .put("approval", "auto")
        .put("quarantine", quarantine);
    return this;
  }

  /** A server over standard input and output, which gets its token as a variable. */
  DemoResources stdioServer(
      String name, List<String> command, List<Path> readOnly, String token, String runtime) {
    var credential = add("Credential", name);
    credential.put("kind", "secret").put("value", token);
    credential.putArray("servers").add(name);
    var server = add("McpServer", name);
    server.put("transport", "stdio").put("runtime", runtime).put("approval", "auto");
    server.put("quarantine", "strict");
    command.forEach(server.putArray("command")::add);
    if (runtime.equals("bwrap")) {
      readOnly.forEach(path -> server.withArray("readOnly").add(path.toString()));
    }
    var variables = server.putObject("env");
    variables.putObject("NOTES_TOKEN").put("credential", name);
    variables.putObject(DemoProcess.LANGUAGE).put("value", DemoProcess.UTF_8);
    return this;
  }

  DemoResources model(DemoModel model) {
    var name = model.bundled() ? "scripted" : "model";
    var credential = add("Credential", name);
    credential.put("kind", "secret").put("value", model.key());
    credential.putArray("providers").add(name);
    add("Provider", name)
        .put("protocol", model.protocol())
        .put("baseUrl", model.baseUrl().toString())
        .put("credential", name);
    var deployment = add("Deployment", MODEL_ALIAS);
    deployment.put("alias", MODEL_ALIAS).put("provider", name);
    deployment.put("upstreamModel", model.model());
    deployment
        .putObject("price")
        .put("inputUsdPerMillion", "3.00")
        .put("outputUsdPerMillion", "15.00");
    return this;
  }

  /** What the agent may do: nearly all of it, so that only the quarantine can stop the attack. */
  DemoResources policy() {
    var spec = add("AgentPolicy", "renewals");
    spec.putObject("identity").put("workload", AGENT);
    var models = spec.putObject("models");
    models.putArray("allow").add(MODEL_ALIAS);
    models.putObject("budget").put("daily_usd", 5);
    var crm = spec.putArray("tools").addObject().put("resource", "crm.accounts");
    List.of("read", "export").forEach(crm.putArray("actions")::add);
    crm.putArray("deny").add("update");
    var notes = spec.withArray("tools").addObject().put("resource", "notes");
    notes.putArray("actions").add("*");
    spec.putObject("credentials").put("injection", "runtime").put("expose_to_agent", false);
    var audit = spec.putObject("audit").putArray("record");
    List.of("identity", "policy", "action", "outcome").forEach(audit::add);
    var tools = add("ToolBinding", "crm").put("server", "crm").putObject("tools");
    Map.of(
            "query_accounts", "read",
            "get_account", "read",
            "whoami", "read",
            "export_accounts", "export",
            "update_account", "update")
        .forEach((tool, action) ->
            tools.putObject(tool).put("resource", "crm.accounts").put("action", action));
    return this;
  }

  private ObjectNode add(String kind, String name) {
    var document = documents.addObject().put("apiVersion", "sallyport.dev/v1").put("kind", kind);
    document.putObject("metadata").put("name", name);
    return document.putObject("spec");
  }
}
