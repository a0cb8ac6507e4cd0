package dev.sallyport.mcp.registry;

import dev.sallyport.mcp.openapi.ApprovedRequests;
import dev.sallyport.mcp.openapi.OpenApiSettings;
import dev.sallyport.mcp.openapi.OpenApiUpstream;
import dev.sallyport.mcp.registry.ServerSettings.Http;
import dev.sallyport.mcp.registry.ServerSettings.OpenApi;
import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import dev.sallyport.mcp.upstream.AnswerMemory;
import dev.sallyport.mcp.upstream.Guard;
import dev.sallyport.mcp.upstream.HttpSettings;
import dev.sallyport.mcp.upstream.HttpUpstream;
import dev.sallyport.mcp.upstream.StdioSettings;
import dev.sallyport.mcp.upstream.StdioUpstream;
import dev.sallyport.mcp.upstream.UnusableUpstream;
import dev.sallyport.mcp.upstream.Upstream;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.NamedAddress;
import java.util.function.Consumer;

/** Makes what a server needs to be called. */
final class ServerFactory {
  /**
   * One for its stream and one for what is said beside it; and as many calls as may be under way
   * may wait for what a person says.
   */
  private static final int CONNECTIONS_A_CALL = 4;

  private static final int WATCHES = 2;

  private final EgressClient egress;
  private final Vault vault;
  private final RegistryActions actions;
  private final RegistryConfig config;
  private final Watches watches;
  private final AnswerMemory memory = AnswerMemory.ofThisProcess();
  private final Consumer<String> suspect;
  private final Consumer<String> look;

  /**
   * A factory.
   *
   * @param watches by which updates are told
   * @param suspect is given the name of a server that may have something else than it had
   * @param look is given the name of a server that is to be looked at, without suspicion
   */
  ServerFactory(
      EgressClient egress,
      Vault vault,
      RegistryActions actions,
      RegistryConfig config,
      Watches watches,
      Consumer<String> suspect,
      Consumer<String> look) {
    this.egress = egress;
    this.vault = vault;
    this.actions = actions;
    this.config = config;
    this.watches = watches;
    this.suspect = suspect;
    this.look = look;
  }

  /**
   * A server.
   *
   * @param approved of its tools
   */
  McpServer make(ServerSettings settings, ApprovedRequests approved) {
    var name = settings.name();
    var watcher =
        new Watcher(
            config,
            () -> watches.wanted(name),
            () -> suspect.accept(name),
            () -> look.accept(name),
            params -> watches.updated(name, params),
            params -> watches.taskChanged(name, params));
    watches.attach(name, watcher);
    return new McpServer(
        settings, upstream(settings, approved), guard(settings), vault, watcher, watches);
  }

  private Guard guard(ServerSettings settings) {
    var limits = settings.limits();
    return new Guard(
        settings.name(),
        limits.maxConcurrent(),
        limits.maxConcurrentPerPrincipal(),
        config.breakerPause());
  }

  /** Its own, so that what a server does to its connections is done to no other's. */
  private EgressClient connections(ServerSettings settings) {
    return egress.pool(CONNECTIONS_A_CALL * settings.limits().maxConcurrent() + WATCHES);
  }

  private Upstream overHttp(ServerSettings settings, Http http, int mostBytes) {
    return new HttpUpstream(
        new HttpSettings(
            settings.name(), http.url(), http.revision(), settings.timeout(), mostBytes, memory),
        connections(settings),
        () -> suspect.accept(settings.name()));
  }

  private Upstream upstream(ServerSettings settings, ApprovedRequests approved) {
    int most = settings.limits().maxResultBytes().orElse(config.maxResultBytes());
    return switch (settings.transport()) {
      case Http http ->
          NamedAddress.trouble(http.url())
              .<Upstream>map(why -> new UnusableUpstream("url: " + why))
              .orElseGet(() -> overHttp(settings, http, most));
      case Stdio stdio ->
          new StdioUpstream(
              new StdioSettings(
                  settings.name(),
                  stdio.revision(),
                  settings.timeout(),
                  most,
                  config.firstPause(),
                  config.longestPause()),
              actions.starter(settings.name(), stdio),
              () -> suspect.accept(settings.name()));
      case OpenApi openApi ->
          new OpenApiUpstream(
              new OpenApiSettings(
                  settings.name(), openApi.source(), openApi.wanted(), settings.timeout(), most),
              connections(settings),
              InputSchema::compiled,
              approved);
    };
  }
}
