package dev.sallyport.mcp.openapi;

import static dev.sallyport.mcp.openapi.OperationsTest.names;
import static dev.sallyport.mcp.openapi.OperationsTest.operations;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeftOutOperationsTest {
  /** An operation that cannot be what the document says is left out, with the reason. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{operationId: x, parameters: [{name: a, in: body}]} | unsupported_parameter",
        "{operationId: x, parameters: [{in: query}]} | invalid_operation",
        "{operationId: x, parameters: [{$ref: 'other.yaml#/a'}]} | remote_reference",
        "{operationId: x, parameters: [{$ref: '#/components/none'}]} | broken_reference",
        "{operationId: x, parameters: [{$ref: '#/components/parameters/Round'}]} |"
            + " broken_reference",
        "{operationId: x, parameters: [{name: a, in: query, style: matrix}]} |"
            + " unsupported_parameter",
        "{operationId: x, parameters: [{name: a, in: header, style: form}]} |"
            + " unsupported_parameter",
        "{operationId: x, parameters: [{name: a, in: query, content: {text/xml: {}}}]}"
            + " | unsupported_parameter",
        "{operationId: x, parameters: [{name: 'a b', in: header}]} | unsupported_parameter",
        "{operationId: x, parameters: [{name: 'a;b', in: cookie}]} | unsupported_parameter",
        "{operationId: x, parameters: [{name: a, in: cookie, style: simple}]} |"
            + " unsupported_parameter",
        "{operationId: x, parameters: [{name: a, in: cookie, style: cookie}]} |"
            + " unsupported_parameter",
        "{operationId: x, parameters: [{name: Host, in: header, required: true}]} |"
            + " forbidden_header",
        "{operationId: x, parameters: [{name: Cookie, in: header, required: true}]}"
            + " | forbidden_header",
        "{operationId: x, parameters: [{name: X-Forwarded-Host, in: header, required: true}]}"
            + " | forbidden_header",
        "{operationId: x, parameters: [{name: Transfer-Encoding, in: header, required: true}]}"
            + " | forbidden_header",
        "{operationId: x, parameters: [{name: a b, in: query}, {name: a_b, in: query},"
            + " {name: a_b_query_d24b0578, in: query}]} | ambiguous_parameters",
        "{operationId: x, parameters: [{name: b, in: path}]} | path_parameters_differ",
        "{operationId: x, servers: [{url: 'https://evil.example'}]} | other_address",
        "{operationId: x, security: [{none: []}]} | credential_elsewhere",
        "{operationId: x, security: [{query: []}]} | credential_elsewhere",
        "{operationId: x, security: [{key: [], other: []}]} | credential_elsewhere",
        "{operationId: x, security: [{bearer: []}]} | credential_elsewhere",
        "{operationId: x, requestBody: {content: {application/xml: {}}}} | unsupported_body",
        "{operationId: x, requestBody: {content: {}}} | unsupported_body",
        "{operationId: x, requestBody: {content: {multipart/form-data: {encoding:"
            + " {f: {contentType: image/png}}}}}} | unsupported_body",
        "{operationId: x, requestBody: {content: {application/json: {schema: {$id: 'urn:x'}}}}}"
            + " | unsupported_schema",
        "{operationId: x, requestBody: {content: {application/json: {schema:"
            + " {properties: {a: {$ref: 'https://evil.example/x'}}}}}}} | remote_reference",
        "{operationId: x, requestBody: {content: {application/json: {schema: 5}}}}"
            + " | unsupported_schema",
      })
  void leavesOutWhatItCannotDo(String operation, String reason) throws Exception {
    var document =
        """
        openapi: 3.1.0
        servers: [{url: "http://api.example"}]
        components:
          parameters: {Round: {$ref: '#/components/parameters/Round'}}
          securitySchemes:
            key: {type: apiKey, in: header, name: x-shop-key}
            other: {type: apiKey, in: header, name: X-Other}
            query: {type: apiKey, in: query, name: key}
            bearer: {type: http, scheme: bearer}
        paths:
          /fit: {get: {operationId: fit, security: [{bearer: []}, {key: []}]}}
          /x: {post: %s}
        """
            .formatted(operation);

    var operations = operations(document, Set.of());

    assertThat(names(operations)).containsExactly("fit");
    assertThat(operations.unfit()).isEqualTo(Map.of("x", reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "/a/../b",
        "/a/./b",
        "/a//b",
        "/a?b={c}",
        "/a#b",
        "/a/{b",
        "/a/%2e%2e",
        "/a b",
        "/ä",
        "/..;/a",
        "//evil.example/a",
        "/a\\\\b"
      })
  void leavesOutAPathThatIsNone(String path) throws Exception {
    var document =
        """
        openapi: 3.0.0
        servers: [{url: "http://api.example"}]
        paths:
          /fit: {get: {operationId: fit}}
          "%s": {get: {operationId: x}}
        """
            .formatted(path);

    assertThat(operations(document, Set.of()).unfit()).isEqualTo(Map.of("x", "invalid_path"));
  }

  @Test
  void findsTheCredentialsOwnHeaderInTheDocumentAndGivesItToNobody() throws Exception {
    var document =
        """
        openapi: 3.0.0
        servers: [{url: "http://api.example"}]
        paths:
          /x: {get: {operationId: x, parameters: [
            {name: x-shop-key, in: header, required: true, schema: {type: string}},
            {name: X-Other, in: header, schema: {type: string}}]}}
        """;

    var properties =
        operations(document, Set.of()).definitions().getFirst().at("/inputSchema/properties");

    assertThat(properties.fieldNames()).toIterable().containsExactly("X-Other");
  }

  @ParameterizedTest
  @CsvSource({
    "bearer, Authorization, true, true",
    "bearer, Authorization, false, true",
    "basic, Authorization, false, true",
    "basic, Authorization, true, false",
    "digest, Authorization, false, false",
    "oauth, Authorization, true, true",
    "oauth, X-Key, false, false",
    "oidc, authorization, false, true",
    "cookie, Cookie, false, true",
    "cookie, Authorization, true, false",
    "query, Authorization, true, false",
    "tls, Authorization, true, false",
  })
  void takesWhatTheDocumentAsksForOnlyWhereTheCredentialGoes(
      String scheme, String header, boolean bearer, boolean fits) throws Exception {
    var document =
        """
        openapi: 3.1.0
        servers: [{url: "http://api.example"}]
        security: [{%s: []}]
        components:
          securitySchemes:
            bearer: {type: http, scheme: Bearer}
            basic: {type: http, scheme: basic}
            digest: {type: http, scheme: digest}
            oauth: {type: oauth2}
            oidc: {type: openIdConnect}
            cookie: {type: apiKey, in: cookie, name: sid}
            query: {type: apiKey, in: query, name: key}
            tls: {type: mutualTLS}
        paths:
          /open: {get: {operationId: open, security: []}}
          /x: {get: {operationId: x}}
        """
            .formatted(scheme);

    var place = Optional.of(new CredentialPlace(header, bearer));

    assertThat(operations(document, Set.of(), place).find("x").isPresent()).isEqualTo(fits);
    assertThat(operations(document, Set.of(), Optional.empty()).unfit())
        .isEqualTo(Map.of("x", "needs_credential"));
  }
}
