package dev.sallyport.it;

import dev.sallyport.gateway.demo.peer.CrmServer;
import dev.sallyport.gateway.demo.peer.ScriptedModel;
import dev.sallyport.gateway.testing.TestingGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A gateway before a customer database and a model, for one agent. The database is registered
 * twice, trusted as {@code crm} and quarantined as {@code guarded}; of its tools the agent may use
 * those that read. The model is there in both protocols, as {@code gpt} and as {@code claude}; a
 * third alias, {@code reserved}, is not for the agent.
 */
final class TestingOffice implements AutoCloseable {
  static final String CRM_TOKEN = "canary-crm-8c1f5e27";
  static final String MODEL_KEY = "canary-model-4be90d63";

  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final String RESOURCES =
      """
      apiVersion: sallyport.dev/v1
      kind: Credential
      metadata: {name: crm}
      spec:
        kind: header
        header: Authorization
        value: Bearer CRM_TOKEN
        servers: [crm, guarded]
      ---
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: crm}
      spec:
        transport: streamable-http
        url: CRM_URL
        credential: crm
        approval: auto
        quarantine: trusted
      ---
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: guarded}
      spec:
        transport: streamable-http
        url: CRM_URL
        credential: crm
        approval: auto
        quarantine: strict
      ---
      apiVersion: sallyport.dev/v1
      kind: ToolBinding
      metadata: {name: crm}
      spec:
        server: crm
        tools:
          query_accounts: {resource: crm.accounts, action: read}
          get_account: {resource: crm.accounts, action: read}
          whoami: {resource: crm.accounts, action: read}
          export_accounts: {resource: crm.accounts, action: export}
          update_account: {resource: crm.accounts, action: update}
      ---
      apiVersion: sallyport.dev/v1
      kind: ToolBinding
      metadata: {name: guarded}
      spec:
        server: guarded
        tools:
          query_accounts: {resource: crm.accounts, action: read}
          get_account: {resource: crm.accounts, action: read}
          whoami: {resource: crm.accounts, action: read}
          export_accounts: {resource: crm.accounts, action: export}
          update_account: {resource: crm.accounts, action: update}
      ---
      apiVersion: sallyport.dev/v1
      kind: Credential
      metadata: {name: model}
      spec: {kind: secret, value: MODEL_KEY, providers: [openai, anthropic]}
      ---
      apiVersion: sallyport.dev/v1
      kind: Provider
      metadata: {name: openai}
      spec: {protocol: openai, baseUrl: "MODEL_URL", credential: model}
      ---
      apiVersion: sallyport.dev/v1
      kind: Provider
      metadata: {name: anthropic}
      spec: {protocol: anthropic, baseUrl: "MODEL_URL", credential: model}
      ---
      apiVersion: sallyport.dev/v1
      kind: Deployment
      metadata: {name: gpt}
      spec: {alias: gpt, provider: openai, upstreamModel: gullible-1}
      ---
      apiVersion: sallyport.dev/v1
      kind: Deployment
      metadata: {name: claude}
      spec: {alias: claude, provider: anthropic, upstreamModel: gullible-1}
      ---
      apiVersion: sallyport.dev/v1
      kind: Deployment
      metadata: {name: reserved}
      spec: {alias: reserved, provider: openai, upstreamModel: gullible-1}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: reader}
      spec:
        identity: {workload: spiffe://prod/agent/reader}
        models: {allow: [gpt, claude]}
        tools:
          - {resource: crm.accounts, actions: [read]}
      """;

  private final CrmServer crm = new CrmServer(0, CRM_TOKEN, InstantSource.system());
  private final ScriptedModel model = new ScriptedModel(0, MODEL_KEY, InstantSource.system());
  private final TestingGateway gateway;

  private TestingOffice(Path folder) {
    gateway = TestingGateway.start(folder);
  }

  static TestingOffice open(Path folder) {
    var office = new TestingOffice(folder);
    office.gateway.apply(
        RESOURCES
            .replace("CRM_TOKEN", CRM_TOKEN)
            .replace("CRM_URL", office.crm.uri().toString())
            .replace("MODEL_KEY", MODEL_KEY)
            .replace("MODEL_URL", office.model.uri().toString()));
    if (!office.gateway.gateway().awaitServers(SETTLE)) {
      throw new AssertionError("the servers were not inspected in time");
    }
    return office;
  }

  TestingGateway gateway() {
    return gateway;
  }

  ScriptedModel model() {
    return model;
  }

  /** A token of the agent. */
  String token() {
    return gateway.svid("/agent/reader");
  }

  @Override
  public void close() {
    gateway.close();
    crm.close();
    model.close();
  }
}
