package dev.sallyport.gateway.cli;

import dev.sallyport.llm.kit.FakeProvider;

/** Says where fake providers are, and what tells a gateway of them. */
final class FakeProviderText {
  private static final String KEY = "fake-key";

  private FakeProviderText() {}

  static String of(FakeProvider provider) {
    var text =
        new StringBuilder(
            """
            # Fake providers on %1$s. Any key will do. What they would bill: %1$s/meter
            # What comes next, whatever the model: curl -d '{"behaviours":["error-429"]}' %1$s/next
            # The resources that tell a gateway of them:
            apiVersion: sallyport.dev/v1
            kind: Credential
            metadata: {name: fake}
            spec: {kind: secret, value: %2$s, providers: [openai-fake, azure-openai-fake, anthropic-fake, gemini-fake, bedrock-fake, openrouter-fake]}
            ---
            apiVersion: sallyport.dev/v1
            kind: Credential
            metadata: {name: fake-account}
            spec: {kind: secret, value: '%3$s', providers: [vertex-fake]}
            """
                .formatted(provider.root(), KEY, provider.serviceAccount()));
    add(text, provider, "openai", "");
    add(text, provider, "azure-openai", ", apiVersion: 2026-10-21");
    add(text, provider, "anthropic", "");
    add(text, provider, "gemini", "");
    add(text, provider, "vertex", ", project: fake-project, region: global");
    add(text, provider, "bedrock", ", region: us-east-1");
    add(text, provider, "openrouter", "");
    return text.toString();
  }

  private static void add(StringBuilder text, FakeProvider provider, String protocol, String more) {
    var credential = protocol.equals("vertex") ? "fake-account" : "fake";
    text.append(
        """
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: %1$s-fake}
        spec: {protocol: %1$s, baseUrl: "%2$s", credential: %4$s%3$s}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: %1$s-fake}
        spec: {alias: %1$s-fake, provider: %1$s-fake, upstreamModel: fake/text}
        """
            .formatted(protocol, provider.base(protocol), more, credential));
  }
}
