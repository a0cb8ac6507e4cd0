package dev.sallyport.mcp.registry;

import dev.sallyport.mcp.definition.CanonicalForm;
import dev.sallyport.mcp.openapi.DocumentSource;
import dev.sallyport.mcp.openapi.Operations;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ToolContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A registered server, as an administrator set it.
 *
 * @param approvesFirstSight whether tools are callable without a person's approval when they are
 *     seen for the first time
 * @param timeout the longest that one call may take
 * @param limits what the server may take at once
 * @param inspectEvery how often it is asked what it has; empty for the usual
 * @param maxAge how long ago it may have been asked that when something of it is used, zero for
 *     never before that; empty for as long as it was not asked again
 * @param mayShadow the servers whose tools its definitions may name or look like
 * @param contracts what is agreed of its tools, by their names
 */
public record ServerSettings(
    String name,
    Transport transport,
    boolean approvesFirstSight,
    QuarantineMode quarantine,
    Duration timeout,
    Limits limits,
    Optional<Duration> inspectEvery,
    Optional<Duration> maxAge,
    Set<String> mayShadow,
    Map<String, ToolContract> contracts) {
  public ServerSettings {
    mayShadow = Set.copyOf(mayShadow);
    contracts = Map.copyOf(contracts);
  }

  /** One of whose tools nothing is agreed. */
  public ServerSettings(
      String name,
      Transport transport,
      boolean approvesFirstSight,
      QuarantineMode quarantine,
      Duration timeout,
      Limits limits,
      Optional<Duration> inspectEvery,
      Optional<Duration> maxAge,
      Set<String> mayShadow) {
    this(
        name,
        transport,
        approvesFirstSight,
        quarantine,
        timeout,
        limits,
        inspectEvery,
        maxAge,
        mayShadow,
        Map.of());
  }

  /**
   * What a server may take at once.
   *
   * @param maxConcurrent the most calls under way
   * @param maxConcurrentPerPrincipal the most of them of one principal
   * @param maxResultBytes the largest answer; empty for what holds for all servers
   */
  public record Limits(
      int maxConcurrent, int maxConcurrentPerPrincipal, OptionalInt maxResultBytes) {
    /** So many calls, of which one principal leaves a quarter to others. */
    public static Limits of(int maxConcurrent) {
      int most = Math.max(1, maxConcurrent - maxConcurrent / 4);
      return new Limits(maxConcurrent, most, OptionalInt.empty());
    }
  }

  /**
   * The digest of where the server is: its URL, or what is started. What was approved holds for a
   * server there and nowhere else.
   */
  public String origin() {
    var origin = Json.object();
    switch (transport) {
      case Http(var url, _, _) -> origin.put("url", url.toString());
      case OpenApi(_, var wanted, _) ->
          origin.put("api", wanted.baseUrl().map(URI::toString).orElse(""));
      case Stdio stdio -> {
        stdio.command().forEach(origin.putArray("command")::add);
        origin.put("workingDirectory", stdio.workingDirectory().toString());
      }
    }
    return CanonicalForm.digest(origin);
  }

  /** The same server, reached in another way. */
  ServerSettings over(Transport other) {
    return new ServerSettings(
        name,
        other,
        approvesFirstSight,
        quarantine,
        timeout,
        limits,
        inspectEvery,
        maxAge,
        mayShadow,
        contracts);
  }

  /** The same server, with what is agreed of its tools. */
  ServerSettings under(Map<String, ToolContract> agreed) {
    return new ServerSettings(
        name,
        transport,
        approvesFirstSight,
        quarantine,
        timeout,
        limits,
        inspectEvery,
        maxAge,
        mayShadow,
        agreed);
  }

  /** How a server is reached. */
  public sealed interface Transport {}

  /**
   * Over Streamable HTTP.
   *
   * @param credential what each call is lent
   * @param revision the only one to speak; empty to find out
   */
  public record Http(URI url, Optional<String> credential, Optional<Revision> revision)
      implements Transport {}

  /**
   * As a process of ours.
   *
   * @param command the program and its arguments; where it is isolated, it may also read the files
   *     and directories that these name by absolute paths
   * @param environment all that the process gets, by name
   * @param isolated whether it runs in a sandbox
   * @param readOnly what else it may read in a sandbox
   * @param writable what it may read and write in a sandbox
   * @param workingDirectory where it starts
   * @param revision the only one to speak; empty to find out
   */
  public record Stdio(
      List<String> command,
      Map<String, Variable> environment,
      boolean isolated,
      List<Path> readOnly,
      List<Path> writable,
      Path workingDirectory,
      Optional<Revision> revision)
      implements Transport {
    public Stdio {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
      readOnly = List.copyOf(readOnly);
      writable = List.copyOf(writable);
    }
  }

  /**
   * As HTTP requests that a document describes.
   *
   * @param wanted what of the document, and where the credential goes
   * @param credential what each call is lent
   */
  public record OpenApi(
      DocumentSource source, Operations.Wanted wanted, Optional<String> credential)
      implements Transport {}

  /** Where the value of an environment variable comes from. */
  public sealed interface Variable {
    /** It stands in the resource. */
    record Plain(String value) implements Variable {}

    /** The named credential is lent for it. */
    record Lent(String credential) implements Variable {}
  }
}
