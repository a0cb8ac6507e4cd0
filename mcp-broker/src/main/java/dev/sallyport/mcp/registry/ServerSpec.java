package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.registry.ServerSettings.Http;
import dev.sallyport.mcp.registry.ServerSettings.Limits;
import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import dev.sallyport.mcp.registry.ServerSettings.Transport;
import dev.sallyport.mcp.registry.ServerSettings.Variable;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.process.ChildCommand;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The spec of an {@code McpServer}, as written. */
record ServerSpec(
    @Nullable String transport,
    @Nullable String url,
    @Nullable String credential,
    @Nullable List<String> command,
    @Nullable Map<String, VariableSpec> env,
    @Nullable String runtime,
    @Nullable List<String> readOnly,
    @Nullable List<String> writable,
    @Nullable String workingDirectory,
    @Nullable String approval,
    @Nullable String quarantine,
    @Nullable Integer timeoutSeconds,
    @Nullable Integer maxConcurrent,
    @Nullable Integer maxConcurrentPerPrincipal,
    @Nullable Integer maxResultBytes,
    @Nullable String protocol,
    @Nullable ObjectNode document,
    @Nullable String documentFile,
    @Nullable String baseUrl,
    @Nullable List<String> include,
    @Nullable Integer inspectEverySeconds,
    @Nullable Integer maxAgeSeconds,
    @Nullable List<String> mayShadow) {
  private static final int DEFAULT_TIMEOUT_SECONDS = 60;
  private static final int MAX_TIMEOUT_SECONDS = 3_600;
  private static final int DEFAULT_MAX_CONCURRENT = 128;
  private static final int MAX_MAX_CONCURRENT = 10_000;
  private static final int MAX_MAX_RESULT_BYTES = 256 << 20;
  private static final int MAX_INSPECT_EVERY_SECONDS = 86_400;
  private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  ServerSpec {
    oneOf("transport", transport, "streamable-http", "stdio", OpenApiSpec.TRANSPORT);
    if (transport == null) {
      throw new IllegalArgumentException("transport must be streamable-http, stdio or openapi");
    }
    var described = new OpenApiSpec(document, documentFile, baseUrl, include);
    if (transport.equals(OpenApiSpec.TRANSPORT)) {
      described.check();
    } else if (described.isGiven()) {
      throw new IllegalArgumentException(
          "document, documentFile, baseUrl and include are for transport openapi");
    }
    if (transport.equals(OpenApiSpec.TRANSPORT)) {
      checkOthers(
          "openapi", url, protocol, command, env, runtime, readOnly, writable, workingDirectory);
    } else if (transport.equals("stdio")) {
      checkStdio(url, credential, command, env);
      paths("readOnly", readOnly);
      paths("writable", writable);
      givable("readOnly", readOnly);
      givable("writable", writable);
      givable("command", ProcessLauncher.paths(command));
      paths("workingDirectory", workingDirectory == null ? null : List.of(workingDirectory));
    } else {
      checkHttp(url, command, env, runtime);
      if (readOnly != null || writable != null || workingDirectory != null) {
        throw new IllegalArgumentException(
            "readOnly, writable and workingDirectory are for transport stdio");
      }
    }
    oneOf("runtime", runtime, "bwrap", "none");
    oneOf("approval", approval, "manual", "auto");
    oneOf("quarantine", quarantine, "strict", "typed", "tainted-read", "trusted");
    oneOf("protocol", protocol, "auto", "2026-07-28", "2025-11-25", "2025-06-18");
    between("timeoutSeconds", timeoutSeconds, MAX_TIMEOUT_SECONDS);
    between("maxConcurrent", maxConcurrent, MAX_MAX_CONCURRENT);
    between("maxConcurrentPerPrincipal", maxConcurrentPerPrincipal, MAX_MAX_CONCURRENT);
    between("maxResultBytes", maxResultBytes, MAX_MAX_RESULT_BYTES);
    between("inspectEverySeconds", inspectEverySeconds, MAX_INSPECT_EVERY_SECONDS);
    between("maxAgeSeconds", maxAgeSeconds, 0, MAX_INSPECT_EVERY_SECONDS);
  }

  /** An environment variable, as written: either field, not both. */
  record VariableSpec(@Nullable String credential, @Nullable String value) {
    VariableSpec {
      if ((credential == null) == (value == null)) {
        throw new IllegalArgumentException(
            "a variable has either a credential, by name, or a value");
      }
      if (value != null && value.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a value holds no NUL character");
      }
    }

    Variable variable() {
      return credential != null ? new Variable.Lent(credential) : new Variable.Plain(text(value));
    }
  }

  ServerSettings named(String name) {
    return new ServerSettings(
        name,
        reached(),
        "auto".equals(approval),
        Optional.ofNullable(quarantine).flatMap(QuarantineMode::find).orElse(QuarantineMode.STRICT),
        Duration.ofSeconds(timeoutSeconds == null ? DEFAULT_TIMEOUT_SECONDS : timeoutSeconds),
        limits(),
        Optional.ofNullable(inspectEverySeconds).map(Duration::ofSeconds),
        Optional.ofNullable(maxAgeSeconds).map(Duration::ofSeconds),
        mayShadow == null ? Set.of() : Set.copyOf(mayShadow));
  }

  private Limits limits() {
    var usual = Limits.of(maxConcurrent == null ? DEFAULT_MAX_CONCURRENT : maxConcurrent);
    return new Limits(
        usual.maxConcurrent(),
        maxConcurrentPerPrincipal == null
            ? usual.maxConcurrentPerPrincipal()
            : maxConcurrentPerPrincipal,
        maxResultBytes == null ? OptionalInt.empty() : OptionalInt.of(maxResultBytes));
  }

  private Transport reached() {
    if (OpenApiSpec.TRANSPORT.equals(transport)) {
      return new OpenApiSpec(document, documentFile, baseUrl, include)
          .settings(Optional.ofNullable(credential));
    }
    if (command == null) {
      return new Http(URI.create(text(url)), Optional.ofNullable(credential), revision());
    }
    var environment = new TreeMap<String, Variable>();
    if (env != null) {
      env.forEach((variable, spec) -> environment.put(variable, spec.variable()));
    }
    return new Stdio(
        command,
        environment,
        !"none".equals(runtime),
        toPaths(readOnly),
        toPaths(writable),
        workingDirectory == null ? ChildCommand.ANYWHERE : Path.of(workingDirectory),
        revision());
  }

  private Optional<Revision> revision() {
    return Optional.ofNullable(protocol).flatMap(Revision::find);
  }

  private static void checkOthers(String transport, @Nullable Object... fields) {
    if (Arrays.stream(fields).anyMatch(Objects::nonNull)) {
      throw new IllegalArgumentException(
          "url, protocol and what a process gets are not for transport " + transport);
    }
  }

  private static void checkHttp(
      @Nullable String url,
      @Nullable List<String> command,
      @Nullable Map<String, VariableSpec> env,
      @Nullable String runtime) {
    if (command != null || env != null || runtime != null) {
      throw new IllegalArgumentException(
          "command, env and runtime are for transport stdio; a server over HTTP has a url");
    }
    if (url == null) {
      throw new IllegalArgumentException("url must say where the server is");
    }
    URI parsed;
    try {
      parsed = URI.create(url);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("url must be a URL such as https://host/mcp");
    }
    var scheme = parsed.getScheme();
    if (parsed.getHost() == null
        || !("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
        || parsed.getRawUserInfo() != null
        || parsed.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "url must be http or https with a host, and without user or fragment");
    }
  }

  private static void checkStdio(
      @Nullable String url,
      @Nullable String credential,
      @Nullable List<String> command,
      @Nullable Map<String, VariableSpec> env) {
    if (url != null || credential != null) {
      throw new IllegalArgumentException(
          "url and credential are for transport streamable-http; a stdio server gets a credential"
              + " as env: {NAME: {credential: …}}");
    }
    if (command == null || command.isEmpty() || command.getFirst().isBlank()) {
      throw new IllegalArgumentException("command must be the program and its arguments");
    }
    if (command.stream().anyMatch(part -> part.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("command holds no NUL character");
    }
    if (env != null && !env.keySet().stream().allMatch(n -> VARIABLE_NAME.matcher(n).matches())) {
      throw new IllegalArgumentException("a name in env is 1 to 128 of A-Z a-z 0-9 _");
    }
  }

  private static void paths(String field, @Nullable List<String> paths) {
    if (paths != null) {
      for (var path : paths) {
        if (path.indexOf('\0') >= 0
            || !Path.of(path).isAbsolute()
            || !Path.of(path).equals(Path.of(path).normalize())) {
          throw new IllegalArgumentException(field + " must hold absolute, plain paths: " + path);
        }
      }
    }
  }

  /** A process has a /tmp, /etc and so on of its own, over which none of this machine can lie. */
  private static void givable(String field, @Nullable List<String> paths) {
    if (paths != null) {
      for (var path : paths) {
        if (!ChildCommand.canBeGiven(Path.of(path))) {
          throw new IllegalArgumentException(
              field
                  + " names a directory of the system, which a process cannot be given; name one"
                  + " within it, or another: "
                  + path);
        }
      }
    }
  }

  private static List<Path> toPaths(@Nullable List<String> paths) {
    return paths == null ? List.of() : paths.stream().map(Path::of).toList();
  }

  private static void oneOf(String field, @Nullable String value, String... values) {
    if (value != null && !List.of(values).contains(value)) {
      throw new IllegalArgumentException(
          field + " must be one of " + String.join(", ", values) + ": " + value);
    }
  }

  private static void between(String field, @Nullable Integer value, int most) {
    between(field, value, 1, most);
  }

  private static void between(String field, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw new IllegalArgumentException(
          "%s must be %d to %d: %d".formatted(field, least, most, value));
    }
  }

  private static String text(@Nullable String checked) {
    return checked == null ? "" : checked;
  }
}
