package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.mcp.openapi.CredentialPlace;
import dev.sallyport.mcp.openapi.DocumentSource;
import dev.sallyport.mcp.openapi.Operations;
import dev.sallyport.mcp.registry.ServerSettings.Http;
import dev.sallyport.mcp.registry.ServerSettings.Limits;
import dev.sallyport.mcp.registry.ServerSettings.OpenApi;
import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import dev.sallyport.mcp.registry.ServerSettings.Variable;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.sandbox.contract.QuarantineMode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerCheckTest {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  @Test
  void takesTheSmallestServerOverHttpWithCarefulDefaults() throws Exception {
    var settings = check("crm", "{transport: 'streamable-http', url: 'https://crm.example/mcp'}");

    assertThat(settings.transport())
        .isInstanceOfSatisfying(
            Http.class,
            http -> {
              assertThat(http.url()).isEqualTo(URI.create("https://crm.example/mcp"));
              assertThat(http.credential()).isEmpty();
              assertThat(http.revision()).isEmpty();
            });
    assertThat(settings.approvesFirstSight()).isFalse();
    assertThat(settings.quarantine()).isEqualTo(QuarantineMode.STRICT);
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.limits()).isEqualTo(new Limits(128, 96, OptionalInt.empty()));
    assertThat(settings.maxAge()).isEmpty();
  }

  @Test
  void takesEveryFieldOfAProcess() throws Exception {
    var settings =
        check(
            "files",
            "{transport: 'stdio', command: ['node', 'server.js', '/data'], runtime: 'none',"
                + " env: {TOKEN: {credential: 'files'}, MODE: {value: 'fast'}},"
                + " readOnly: ['/srv/a'], writable: ['/srv/b'], workingDirectory: '/srv',"
                + " approval: 'auto', quarantine: 'trusted', timeoutSeconds: 5,"
                + " maxConcurrent: 2, maxConcurrentPerPrincipal: 1, maxResultBytes: 4096,"
                + " inspectEverySeconds: 30, maxAgeSeconds: 0, protocol: '2025-11-25'}");

    assertThat(settings.transport())
        .isEqualTo(
            new Stdio(
                List.of("node", "server.js", "/data"),
                Map.of("TOKEN", new Variable.Lent("files"), "MODE", new Variable.Plain("fast")),
                false,
                List.of(Path.of("/srv/a")),
                List.of(Path.of("/srv/b")),
                Path.of("/srv"),
                Optional.of(Revision.R2025_11_25)));
    assertThat(settings.approvesFirstSight()).isTrue();
    assertThat(settings.quarantine()).isEqualTo(QuarantineMode.TRUSTED);
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.limits()).isEqualTo(new Limits(2, 1, OptionalInt.of(4096)));
    assertThat(settings.inspectEvery()).contains(Duration.ofSeconds(30));
    assertThat(settings.maxAge()).contains(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({"X-Key, X-Key, false", "'', Authorization, true"})
  void takesEveryFieldOfADescribedServer(String header, String place, boolean bearer)
      throws Exception {
    var spec =
        (ObjectNode)
            JSON.readTree(
                "{transport: 'openapi', documentFile: '/srv/api.yaml', credential: 'api',"
                    + " baseUrl: 'https://api.example/v1/', include: ['a', 'b']}");
    var server = new Resource(Resource.API_VERSION, "McpServer", "api", Map.of(), spec);
    var credential = credential("api", "api");
    if (!header.isEmpty()) {
      credential.spec().put("header", header);
    }

    var settings = ServerCheck.check(server, new ResourceSet(List.of(server, credential)));

    assertThat(settings.transport())
        .isEqualTo(
            new OpenApi(
                new DocumentSource.File(Path.of("/srv/api.yaml")),
                new Operations.Wanted(
                    Optional.of(URI.create("https://api.example/v1")),
                    Set.of("a", "b"),
                    Optional.of(new CredentialPlace(place, bearer))),
                Optional.of("api")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {}                                                                | transport must be
          {transport: 'sse', url: 'https://a/'}                             | transport must be
          {transport: 'stdio', command: ['x', '/tmp']}                        | command names a directory of the system
          {transport: 'stdio', command: ['x', '/a:/etc/']}                    | command names a directory of the system
          {transport: 'stdio', command: ['x', '/']}                           | command names a directory of the system
          {transport: 'stdio', command: ['x'], readOnly: ['/run']}            | readOnly names a directory of the system
          {transport: 'stdio', command: ['x'], writable: ['/tmp']}            | writable names a directory of the system
          {transport: 'streamable-http'}                                    | url must say
          {transport: 'streamable-http', url: 'ftp://a/'}                   | url must be http or https
          {transport: 'streamable-http', url: 'https:///mcp'}               | url must be http or https
          {transport: 'streamable-http', url: 'https://u:p@a/mcp'}          | without user
          {transport: 'streamable-http', url: 'https://a/mcp#x'}            | without user or fragment
          {transport: 'streamable-http', url: 'not a url'}                  | url must be a URL
          {transport: 'streamable-http', url: 'https://a/', command: ['x']} | for transport stdio
          {transport: 'streamable-http', url: 'https://a/', runtime: 'none'} | for transport stdio
          {transport: 'streamable-http', url: 'https://a/', readOnly: []}   | for transport stdio
          {transport: 'streamable-http', url: 'https://a/', quarantine: 'Typed'} | strict, typed, tainted-read, trusted
          {transport: 'streamable-http', url: 'https://a/', quarantine: 'off'} | strict, typed, tainted-read, trusted
          {transport: 'streamable-http', url: 'https://a/', approval: 'none'} | manual, auto
          {transport: 'streamable-http', url: 'https://a/', protocol: '2024-11-05'} | protocol must be
          {transport: 'streamable-http', url: 'https://a/', timeoutSeconds: 0} | timeoutSeconds must be 1 to 3600
          {transport: 'streamable-http', url: 'https://a/', timeoutSeconds: 3601} | timeoutSeconds must be 1 to 3600
          {transport: 'streamable-http', url: 'https://a/', maxAgeSeconds: -1} | maxAgeSeconds must be 0 to 86400: -1
          {transport: 'streamable-http', url: 'https://a/', maxAgeSeconds: 86401} | maxAgeSeconds must be 0 to 86400
          {transport: 'streamable-http', url: 'https://a/', inspectEverySeconds: 0} | inspectEverySeconds must be 1 to 86400
          {transport: 'streamable-http', url: 'https://a/', maxConcurrent: 0} | maxConcurrent must be
          {transport: 'streamable-http', url: 'https://a/', credential: 'none'} | there is no Credential none
          {transport: 'streamable-http', url: 'https://a/', credential: 'other'} | is not bound to this server
          {transport: 'streamable-http', url: 'https://a/', colour: 'red'}  | colour
          {transport: 'stdio'}                                              | command must be
          {transport: 'stdio', command: []}                                 | command must be
          {transport: 'stdio', command: ['x'], url: 'https://a/'}           | for transport streamable-http
          {transport: 'stdio', command: ['x'], credential: 'files'}         | env: {NAME
          {transport: 'stdio', command: ['x'], runtime: 'docker'}           | bwrap, none
          {transport: 'stdio', command: ['x'], env: {'A B': {value: 'x'}}}  | a name in env
          {transport: 'stdio', command: ['x'], env: {A: {}}}                | either a credential
          {transport: 'stdio', command: ['x'], env: {A: {value: 'x', credential: 'files'}}} | either a credential
          {transport: 'stdio', command: ['x'], env: {A: {credential: 'other'}}} | is not bound to this server
          {transport: 'stdio', command: ['x'], writable: ['../x']}          | writable must hold absolute
          {transport: 'stdio', command: ['x'], documentFile: '/a'}          | for transport openapi
          {transport: 'streamable-http', url: 'https://a/', include: ['x']} | for transport openapi
          {transport: 'openapi'}                                            | one of document and documentFile
          {transport: 'openapi', document: {}, documentFile: '/a'}          | one of document and documentFile
          {transport: 'openapi', document: 'x'}                             | an object
          {transport: 'openapi', documentFile: 'a.yaml'}                    | an absolute path
          {transport: 'openapi', documentFile: '/a', url: 'https://a/'}     | not for transport openapi
          {transport: 'openapi', documentFile: '/a', command: ['x']}        | not for transport openapi
          {transport: 'openapi', documentFile: '/a', runtime: 'none'}       | not for transport openapi
          {transport: 'openapi', documentFile: '/a', protocol: 'auto'}      | not for transport openapi
          {transport: 'openapi', documentFile: '/a', baseUrl: 'ftp://a'}    | baseUrl: the address must begin
          {transport: 'openapi', documentFile: '/a', baseUrl: 'https://u:p@a'} | baseUrl: the address must not hold
          {transport: 'openapi', documentFile: '/a', baseUrl: 'https://a/?x'}  | baseUrl: the address must not have a query
          {transport: 'openapi', documentFile: '/a', baseUrl: 'https://a:65536'} | baseUrl: the port must be 1 to 65535
          {transport: 'openapi', documentFile: '/a', baseUrl: 'https://a/../b'} | baseUrl: the path
          {transport: 'openapi', documentFile: '/a', include: []}           | include must hold
          {transport: 'openapi', documentFile: '/a', include: ['']}         | include must hold
          {transport: 'openapi', documentFile: '/a', credential: 'none'}    | there is no Credential none
          {transport: 'openapi', documentFile: '/a', credential: 'other'}   | is not bound to this server
          """)
  void saysWhatIsWrongAndHowToMendIt(String spec, String problem) {
    assertThatThrownBy(() -> check("files", spec))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining(problem);
  }

  /** AZ-08: no name of a server may hold what stands between it and a tool's. */
  @ParameterizedTest
  @CsvSource({
    "url, https://a:65536/mcp, the port must be 1 to 65535",
    "url, https://a:0/mcp, the port must be 1 to 65535",
    "url, http://169.254.169.254/mcp, no request goes to link-local addresses",
    "baseUrl, http://[fe80::1]/, no request goes to link-local addresses"
  })
  void takesNoAddressAnewToWhichNothingCanBeSent(String field, String url, String problem) {
    var spec = JSON.createObjectNode().put("transport", "streamable-http").put(field, url);
    var server = new Resource(Resource.API_VERSION, "McpServer", "far", Map.of(), spec);

    assertThatThrownBy(() -> checkIncoming(server, Optional.empty()))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining("/spec/" + field)
        .hasMessageContaining(problem);
    assertThatCode(() -> checkIncoming(server, Optional.of(server))).doesNotThrowAnyException();
    assertThat(ServerCheck.doubts(new ResourceSet(List.of(server)))).hasSize(1);

    var otherSpec = spec.deepCopy().put(field, "https://[fe80::2]/");
    var other = new Resource(Resource.API_VERSION, "McpServer", "far", Map.of(), otherSpec);
    assertThatThrownBy(() -> checkIncoming(server, Optional.of(other)))
        .isInstanceOf(InvalidResourcesException.class);
  }

  @Test
  void refusesAServerWhoseToolsCouldBeTakenForThoseOfAnother() {
    assertThatThrownBy(() -> check("a__b", "{transport: 'stdio', command: ['x']}"))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining("__");
  }

  @Test
  void letsAnIsolatedProcessReadWhatItsCommandNames() throws Exception {
    var settings =
        check("files", "{transport: 'stdio', command: ['/usr/bin/env', '/var', 'x:/root', '/no']}");

    assertThat(ProcessLauncher.readable((Stdio) settings.transport()))
        .containsExactly(Path.of("/root"), Path.of("/var"));
  }

  private static void checkIncoming(Resource server, Optional<Resource> current)
      throws InvalidResourcesException {
    ServerCheck.checkIncoming(server, current, (_, _) -> Optional.empty());
  }

  private static ServerSettings check(String name, String json) throws Exception {
    var spec = (ObjectNode) JSON.readTree(json);
    var server = new Resource(Resource.API_VERSION, "McpServer", name, Map.of(), spec);
    return ServerCheck.check(
        server,
        new ResourceSet(List.of(server, credential("files", name), credential("other", "x"))));
  }

  private static Resource credential(String name, String server) {
    var spec = JSON.createObjectNode();
    spec.putArray("servers").add(server);
    return new Resource(Resource.API_VERSION, "Credential", name, Map.of(), spec);
  }
}
