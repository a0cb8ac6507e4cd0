package dev.sallyport.mcp.openapi;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GitHub marks the parameters that fill several segments of a path. */
class SeveralSegmentsTest extends OpenApiScene {
  private static final String DOCUMENT =
      """
      openapi: 3.0.3
      paths:
        /repos/{repo}/contents/{path}:
          parameters:
            - {name: repo, in: path, required: true, schema: {type: string}}
            - {$ref: "#/components/parameters/path"}
          get: {operationId: contents}
          put: {operationId: write}
        /tarball/{path}.{ending}:
          get:
            operationId: tarball
            parameters:
              - {$ref: "#/components/parameters/path"}
              - {name: ending, in: path, required: true, schema: {type: string}}
        /branches/{path}:
          get: {operationId: branch, parameters: [{$ref: "#/components/parameters/path"}]}
        /branches/{branch}/protection:
          get:
            operationId: protection
            parameters:
              - {name: branch, in: path, x-multi-segment: true, schema: {type: string}}
        /branches/{branch}/protection/{kind}/by/{who}:
          get: {operationId: broken, parameters: [{$ref: "#/nowhere"}]}
        /branches/{branch}/restrictions/{kind}: {$ref: "restrictions.yaml"}
        /branches/{other}/{sub}/rename:
          post: {operationId: rename, parameters: [{name: other, in: path}, {name: sub, in: path}]}
        /files/{path}:
          get: {operationId: file, parameters: [{$ref: "#/components/parameters/path"}]}
        /files: {get: {operationId: files}}
        /files/secrets: {get: {operationId: secrets}}
        /files/archive/all%20keys: {get: {operationId: keys}}
        /files/of%2Fold: {get: {operationId: old}}
        /files/notes;v=1: {get: {operationId: notes}}
        /files/odd%zz/x: {get: {operationId: odd}}
        /twins/{path}/x:
          get: {operationId: twin, parameters: [{$ref: "#/components/parameters/path"}]}
        /twins/{path}/x.{format}:
          get:
            operationId: twinAs
            parameters:
              - {$ref: "#/components/parameters/path"}
              - {name: format, in: path, required: true, schema: {type: string}}
        /one/{path}:
          get:
            operationId: one
            parameters: [{name: path, in: path, x-multi-segment: "true", schema: {type: string}}]
        /label/{path}:
          get:
            operationId: label
            parameters: [{name: path, in: path, style: label, x-multi-segment: true}]
      components:
        parameters:
          path: {name: path, in: path, required: true, x-multi-segment: true,
                 schema: {type: string}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          contents | {'repo': 'r', 'path': 'README.md'}     | /v1/repos/r/contents/README.md
          contents | {'repo': 'r', 'path': 'a/b c/d+e.txt'} | /v1/repos/r/contents/a/b%20c/d%2Be.txt
          contents | {'repo': 'r', 'path': 'a?b/c#d/e;f=g'} | /v1/repos/r/contents/a%3Fb/c%23d/e%3Bf%3Dg
          contents | {'repo': 'r', 'path': 'é/...'}         | /v1/repos/r/contents/%C3%A9/...
          contents | {'repo': 'r', 'path': '.github/a'}     | /v1/repos/r/contents/.github/a
          contents | {'repo': 'r', 'path': '@evil:1/x'}     | /v1/repos/r/contents/%40evil%3A1/x
          contents | {'repo': 'r', 'path': 7}               | /v1/repos/r/contents/7
          tarball  | {'path': 'heads/main', 'ending': 'gz'} | /v1/tarball/heads/main.gz
          branch   | {'path': 'feature/x'}                  | /v1/branches/feature/x
          branch   | {'path': 'protection'}                 | /v1/branches/protection
          branch   | {'path': 'protection/main'}            | /v1/branches/protection/main
          branch   | {'path': 'a/b/rename'}                 | /v1/branches/a/b/rename
          branch   | {'path': 'a/restrictions'}             | /v1/branches/a/restrictions
          branch   | {'path': 'a/protection.d/b'}           | /v1/branches/a/protection.d/b
          protection | {'branch': 'main'}                   | /v1/branches/main/protection
          protection | {'branch': 'feature/x'}              | /v1/branches/feature/x/protection
          file     | {'path': '.gitignore'}                 | /v1/files/.gitignore
          file     | {'path': 'secrets/x'}                  | /v1/files/secrets/x
          file     | {'path': 'my.secrets'}                 | /v1/files/my.secrets
          twin     | {'path': 'a/b'}                        | /v1/twins/a/b/x
          twinAs   | {'path': 'a/b', 'format': 'json'}      | /v1/twins/a/b/x.json
          """)
  void keepsTheSlashesBetweenSegments(String tool, String arguments, String target) {
    call(upstream(DOCUMENT), tool, json(arguments));

    assertThat(api.last().target()).isEqualTo(target);
  }

  /** Nothing of this reaches a server in any form. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "/a",
        "a/",
        "a//b",
        "//evil.example/a",
        ".",
        "..",
        "./a",
        "../a",
        "a/.",
        "a/..",
        "a/../b",
        "a/./b",
        "../../../admin",
        "a/..;/b",
        "a/..;x=1/b",
        ".;/a",
        "a\\b",
        "a/..\\b",
        "a/%2e%2e/b",
        "a/%2E./b",
        "a%2fb",
        "a/%252e",
        "a/b%00",
        "a/b\u0000",
        "a/b\r\nX: y",
        "a/\u0085",
      })
  void refusesWhatLeadsOutOfThePath(String path) {
    var upstream = upstream(DOCUMENT);

    for (var tool : new String[] {"contents", "write"}) {
      var arguments = Json.object().put("repo", "r").put("path", path);
      assertThatThrownBy(() -> call(upstream, tool, arguments))
          .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
    }
    assertThat(api.seen()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          contents | {'repo': 'r', 'path': ['a', 'b']}
          contents | {'repo': 'r', 'path': {'a': 'b'}}
          contents | {'repo': 'a/b', 'path': 'c'}
          contents | {'repo': '..', 'path': 'c'}
          tarball  | {'path': 'a/', 'ending': 'b'}
          tarball  | {'path': 'a/../b', 'ending': 'c'}
          tarball  | {'path': 'a', 'ending': 'b/c'}
          one      | {'path': 'a/b'}
          label    | {'path': 'a/b'}
          branch   | {'path': 'main/protection'}
          branch   | {'path': 'main/PROTECTION'}
          branch   | {'path': 'main/protection;x=1'}
          branch   | {'path': 'a/b/protection'}
          branch   | {'path': 'a/protection/kind/by/me'}
          branch   | {'path': 'main/protection.json'}
          branch   | {'path': 'main/Protection.tar.gz;x=1'}
          branch   | {'path': 'main/protection/;x=1'}
          branch   | {'path': 'main/restrictions/users'}
          branch   | {'path': 'a/b/restrictions/c/d'}
          protection | {'branch': 'a/protection/kind/by'}
          file     | {'path': 'secrets'}
          file     | {'path': 'secrets.json'}
          file     | {'path': 'secrets;x=1'}
          file     | {'path': ';x=1'}
          file     | {'path': 'archive/all keys'}
          file     | {'path': 'archive;x/All Keys.txt'}
          file     | {'path': 'of/old'}
          file     | {'path': 'notes;v=1'}
          """)
  void refusesWhatIsNotOfThisOperation(String tool, String arguments) {
    var upstream = upstream(DOCUMENT);

    assertThatThrownBy(() -> call(upstream, tool, json(arguments)))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
    assertThat(api.seen()).isEmpty();
  }

  @Test
  void takesNoMoreSegmentsThanItsBound() {
    var upstream = upstream(DOCUMENT);
    var most = "a" + "/a".repeat(PathWriter.MAX_SEGMENTS - 1);

    call(upstream, "contents", Json.object().put("repo", "r").put("path", most));

    assertThat(api.last().target()).endsWith("/contents/" + most);
    assertThatThrownBy(() ->
            call(upstream, "contents", Json.object().put("repo", "r").put("path", most + "/a")))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
  }

  @Test
  void isAnotherToolOnceItsParameterFillsSeveralSegments() {
    var several = tool(upstream(DOCUMENT).inspect(Lent.nothing()), "contents");
    var one =
        tool(
            upstream(DOCUMENT.replace("x-multi-segment: true,\n", "\n")).inspect(Lent.nothing()),
            "contents");

    assertThat(OpenApiUpstream.request(one)).isNotEqualTo(OpenApiUpstream.request(several));
  }
}
