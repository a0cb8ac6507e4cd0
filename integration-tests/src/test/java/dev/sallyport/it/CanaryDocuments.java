package dev.sallyport.it;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/** What is applied to a gateway that keeps secrets, well and badly written. */
final class CanaryDocuments {
  private CanaryDocuments() {}

  /** Three credentials, the servers and the providers they are for, and an agent who may all. */
  static String scene(Canary header, Canary variable, Canary key, String label) {
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: header, labels: {about: %s}}
    spec:
      kind: header
      header: Authorization
      value: %s
      servers: [far, near, old]
    ---
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: variable}
    spec: {kind: secret, value: %s, servers: [open, closed]}
    ---
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: model}
    spec: {kind: secret, value: %s, providers: [openai, anthropic]}
    ---
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: ci}
    spec:
      identity: {workload: 'spiffe://prod/agent/ci'}
      models: {allow: ['*']}
      tools:
        - {resource: far, actions: ['*']}
        - {resource: near, actions: ['*']}
        - {resource: old, actions: ['*']}
        - {resource: open, actions: ['*']}
        - {resource: closed, actions: ['*']}
    """
        .formatted(
            label,
            quoted("Bearer " + header.value()),
            quoted(variable.value()),
            quoted(key.value()));
  }

  /** A server over HTTP. */
  static String server(String name, Object url, String quarantine) {
    return """
    ---
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: %s}
    spec: {transport: streamable-http, url: '%s', credential: header, approval: auto, quarantine: %s}
    """
        .formatted(name, url, quarantine);
  }

  /** A server that is a command, isolated where this machine can do that. */
  static String command(String name, String script, String quarantine, boolean isolated) {
    return """
    ---
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: %s}
    spec:
      transport: stdio
      command: [sh, -c, %s]
      runtime: %s
      env: {TOKEN: {credential: variable}}
      approval: auto
      quarantine: %s
      timeoutSeconds: 1
    """
        .formatted(name, quoted(script), isolated ? "bwrap" : "none", quarantine);
  }

  /** A provider with one model for each way to say its key. */
  static String provider(String protocol, Object url) {
    var all = new StringBuilder();
    all.append(
        """
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: %s}
        spec: {protocol: %s, baseUrl: '%s', credential: model}
        """
            .formatted(protocol, protocol, url));
    for (var way : CanaryModel.WAYS) {
      all.append(
          """
          ---
          apiVersion: sallyport.dev/v1
          kind: Deployment
          metadata: {name: %s-%s}
          spec: {alias: %s-%s, provider: %s, upstreamModel: '%s'}
          """
              .formatted(protocol, way, protocol, way, protocol, way));
    }
    return all.toString();
  }

  /** Documents in YAML with a mistake in or beside a secret. */
  static List<String> brokenYaml(Canary canary) {
    var secret = quoted("Bearer " + canary.value());
    return List.of(
        credential("kind: header, header: Authorization, value: " + secret + ", servers: [far"),
        credential(
            "kind: header, header: Authorization, value: " + secret.replace("\"", "'") + "}"),
        credential("kind: header, header: Authorization, value: *" + canary.value() + "}"),
        credential("kind: header, header: Authorization, vaule: " + secret + ", servers: [far]}"),
        credential("kind: header, header: [x], value: [" + secret + "], servers: [far]}")
            + "---\nkind: Nonsense\nmetadata: {name: x}\nspec: {}\n");
  }

  private static String credential(String spec) {
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: header}
    spec: {%s
    """
        .formatted(spec);
  }

  /** The same in JSON. */
  static List<String> brokenJson(Canary canary) {
    var secret = quoted("Bearer " + canary.value());
    var good = "'kind':'header','header':'Authorization','servers':['far'],";
    return List.of(
        document("Credential", good + "'value':" + secret + ",'x':1"),
        document("Credential", good + "'value':[" + secret + "]"),
        document("Credential", good + "'value':{'of':" + secret + "}"),
        document("Credential", good + "'valueFrom':" + secret),
        document("Credential", good + "'valueFrom':{'env':[" + secret + "]}"),
        document("Credential", good + "'sealed':{'version':" + secret + "}"),
        document("Credential", good + "'sealed':" + secret),
        document("Credential", good + "'value':" + secret + ",'value':" + secret),
        document("Credential", good + "'value':" + secret + ",'servers':" + secret),
        document("Credential", good + "'value':" + secret.replace("Bearer ", "")).replace("]", "}"),
        document("Credential", good + "'value':" + secret + "x"),
        document("Credentail", good + "'value':" + secret),
        document("Provider", "'protocol':'openai','credential':{'value':" + secret + "}"),
        document("McpServer", "'transport':'stdio','command':['x'],'env':{'T':" + secret + "}"));
  }

  private static String document(String kind, String spec) {
    return ("{'apiVersion':'sallyport.dev/v1','kind':'" + kind + "','metadata':{'name':'header'},")
            .replace('\'', '"')
        + "\"spec\":{"
        + spec.replace('\'', '"')
        + "}}";
  }

  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }
}
