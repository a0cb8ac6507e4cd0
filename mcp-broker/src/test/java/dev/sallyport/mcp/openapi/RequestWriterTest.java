package dev.sallyport.mcp.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestWriterTest extends OpenApiScene {
  private static final String SHAPES = resource("shapes.yaml");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          getItem     | {'id': 'a1'}                        | GET /v1/items/a1
          getItem     | {'id': 17}                          | GET /v1/items/17
          getItem     | {'id': 1.0}                         | GET /v1/items/1
          getItem     | {'id': 1.50}                        | GET /v1/items/1.50
          getItem     | {'id': 1e3}                         | GET /v1/items/1000
          getItem     | {'id': 12345678901234567890}        | GET /v1/items/12345678901234567890
          getItem     | {'id': true}                        | GET /v1/items/true
          getItem     | {'id': 'a b+c'}                     | GET /v1/items/a%20b%2Bc
          getItem     | {'id': 'a?b#c&d=e'}                 | GET /v1/items/a%3Fb%23c%26d%3De
          getItem     | {'id': 'a;b=1'}                     | GET /v1/items/a%3Bb%3D1
          getItem     | {'id': 'é€😀'}                      | GET /v1/items/%C3%A9%E2%82%AC%F0%9F%98%80
          getItem     | {'id': '~a-b_c.d'}                  | GET /v1/items/~a-b_c.d
          getItem     | {'id': '...'}                       | GET /v1/items/...
          getItem     | {'id': '100%'}                      | GET /v1/items/100%25
          getItem     | {'id': '@host:1'}                   | GET /v1/items/%40host%3A1
          getList     | {'ids': ['a', 'b,c']}               | GET /v1/lists/a,b%2Cc
          getMap      | {'map': {'r': 1, 'g': 'x y'}}       | GET /v1/maps/r,1,g,x%20y
          getExploded | {'map': {'r': 1, 'g': 2}}           | GET /v1/exploded/r=1,g=2/end
          getStyles   | {'one': 'b', 'two': 'b', 'three': 'b', 'four': 'b'} | GET /v1/styles/.b.b;three=b;four=b/end
          getStyles   | {'one': ['b', 'k'], 'two': ['b', 'k'], 'three': ['b', 'k'], 'four': ['b', 'k']} | GET /v1/styles/.b,k.b.k;three=b,k;four=b;four=k/end
          getStyles   | {'one': {'R': 1, 'G': 2}, 'two': {'R': 1, 'G': 2}, 'three': {'R': 1, 'G': 2}, 'four': {'R': 1, 'G': 2}} | GET /v1/styles/.R,1,G,2.R=1.G=2;three=R,1,G,2;R=1;G=2/end
          getMatrices | {'one': {'x': 1}, 'two': {'y': 2}, 'three': 'a'} | GET /v1/matrices/;x=1;y=2/;three=a
          getLabel    | {'id': 'a;b?c'}                     | GET /v1/labels/.a%3Bb%3Fc
          getFile     | {'name': 'a', 'ending': 'txt'}      | GET /v1/files/a.txt
          query       | {}                                  | GET /v1/query
          query       | {'q': null}                         | GET /v1/query
          query       | {'q': ''}                           | GET /v1/query?q=
          query       | {'q': 'a b'}                        | GET /v1/query?q=a%20b
          query       | {'q': 'a&admin=1#x'}                | GET /v1/query?q=a%26admin%3D1%23x
          query       | {'q': '../../x'}                    | GET /v1/query?q=..%2F..%2Fx
          query       | {'q': '%2e+'}                       | GET /v1/query?q=%252e%2B
          query       | {'q': false, 'page_size_': 5}       | GET /v1/query?q=false&page%5Bsize%5D=5
          query       | {'each': ['a', 'b c', '1,2']}       | GET /v1/query?each=a&each=b%20c&each=1%2C2
          query       | {'each': []}                        | GET /v1/query
          query       | {'joined': ['a', 'b,c']}            | GET /v1/query?joined=a,b%2Cc
          query       | {'joined': []}                      | GET /v1/query
          query       | {'blanks': ['a', 'b']}              | GET /v1/query?blanks=a%20b
          query       | {'pipes': ['a', 'b']}               | GET /v1/query?pipes=a%7Cb
          query       | {'loose': {'x': 1, 'y z': 'b'}}     | GET /v1/query?x=1&y%20z=b
          query       | {'tied': {'x': 1, 'y': 'b,c'}}      | GET /v1/query?tied=x,1,y,b%2Cc
          query       | {'deep': {'x': 1, 'y': 'b'}}        | GET /v1/query?deep%5Bx%5D=1&deep%5By%5D=b
          query       | {'deep': 'x y'}                     | GET /v1/query?deep=x%20y
          query       | {'deep': ['a', 'b&c']}              | GET /v1/query?deep%5B0%5D=a&deep%5B1%5D=b%26c
          query       | {'deep': {'a': {'b': [1, {}]}}}     | GET /v1/query?deep%5Ba%5D%5Bb%5D%5B0%5D=1
          query       | {'deep': {}}                        | GET /v1/query
          query       | {'filter': {'a': [1, {'b': 2}]}}    | GET /v1/query?filter=%7B%22a%22%3A%5B1%2C%7B%22b%22%3A2%7D%5D%7D
          same        | {'id_path': 'p', 'id_query': 'q'}   | POST /v1/same/p?id=q
          same        | {'id_path': 'p', 'body_query': 'x'} | POST /v1/same/p?body=x
          deleteJson  | {}                                  | DELETE /v1/json
          """)
  void writesTheTarget(String tool, String arguments, String expected) {
    call(upstream(SHAPES), tool, json(arguments));

    assertThat(api.last().method() + " " + api.last().target()).isEqualTo(expected);
    assertThat(api.last().header("Host")).isEqualTo(api.uri("").getRawAuthority());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'X-Plain': 'two words'}                    | x-plain | two words
          {'X-Plain': 7.0}                            | x-plain | 7
          {'X-Plain': ''}                             | x-plain | ""
          {'X-Plain': 'a,b=c; d'}                     | x-plain | a,b=c; d
          {'X-List': ['a', 'b c']}                    | x-list  | a,b c
          {'X-Map': {'r': 1, 'g': 'x'}}               | x-map   | r,1,g,x
          {'X-Pairs': {'r': 1, 'g': 'x'}}             | x-pairs | r=1,g=x
          {'theme': 'dark'}                           | cookie  | theme=dark
          {'theme': 'a; admin=1', 'pages': 3}         | cookie  | theme=a%3B%20admin%3D1; pages=3
          {'tags': ['a', 'b;c']}                      | cookie  | tags=a; tags=b%3Bc
          {'tied': ['a', 'b,c']}                      | cookie  | tied=a,b%2Cc
          {'tied': {'R': 1, 'G=': 2}}                 | cookie  | tied=R,1,G%3D,2
          {'tied': 'x'}                               | cookie  | tied=x
          {'loose': {'R': 1, 'G': 'a b'}}             | cookie  | R=1; G=a%20b
          {'tags': [], 'theme': 'x', 'loose': {}}     | cookie  | theme=x
          {'packed': {'a': [1]}}                      | cookie  | packed=%7B%22a%22%3A%5B1%5D%7D
          {}                                          | accept  | "application/json, */*;q=0.5"
          """)
  void writesTheHeaders(String arguments, String header, String expected) {
    call(upstream(SHAPES), "heads", json(arguments));

    assertThat(api.last().header(header)).isEqualTo(expected);
    assertThat(api.last().headers().keySet())
        .isSubsetOf("host", "accept", "accept-encoding", "user-agent", header);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          postJson   | {'a': 1.50, 'b': null}                | application/json | {'a':1.50,'b':null}
          postJson   | null                                  | application/json | null
          postJson   | 'text'                                | application/json | 'text'
          deleteJson | {'a': null}                           | application/merge-patch+json | {'a':null}
          putText    | 'a\\nb'                               | text/plain; charset=utf-8 | a\\nb
          postForm   | {'a': 'x y&z', 'b': 2, 'c': true}     | application/x-www-form-urlencoded | a=x+y%26z&b=2&c=true
          postForm   | {'a': ['x', 'y'], 'n': null}          | application/x-www-form-urlencoded | a=x&a=y
          postForm   | {'o': {'x': [1]}}                     | application/x-www-form-urlencoded | o=%7B%22x%22%3A%5B1%5D%7D
          postForm   | {'joined': ['x', 'y,z']}              | application/x-www-form-urlencoded | joined=x,y%2Cz
          postForm   | {'deep': {'x': 1, 'y': 'b'}}          | application/x-www-form-urlencoded | deep%5Bx%5D=1&deep%5By%5D=b
          postForm   | {'deep': [{'x': 'a&b'}, {'y': true}]} | application/x-www-form-urlencoded | deep%5B0%5D%5Bx%5D=a%26b&deep%5B1%5D%5By%5D=true
          postForm   | {'packed': ['x']}                     | application/x-www-form-urlencoded | packed=%5B%22x%22%5D
          """)
  void writesTheBody(String tool, String body, String type, String expected) {
    var arguments = Json.object();
    arguments.set("body", json(body));

    call(upstream(SHAPES), tool, arguments);

    assertThat(api.last().header("Content-Type")).isEqualTo(type);
    assertThat(api.last().body()).isEqualTo(expected.replace('\'', '"').replace("\\n", "\n"));
  }

  @Test
  void writesPartsThatNoValueCanLeave() {
    var body = Json.object();
    body.put("note", "--x\r\nContent-Disposition: form-data; name=\"admin\"\r\n\r\n1");
    body.putObject("about").put("a", 1);
    body.put("page", "# é");
    body.put("na\"me\r\nX: y", 1);
    var arguments = Json.object();
    arguments.set("body", body);

    call(upstream(SHAPES), "postParts", arguments);

    var type = api.last().header("Content-Type");
    assertThat(type).startsWith("multipart/form-data; boundary=sallyport-");
    var boundary = type.substring(type.indexOf('=') + 1);
    assertThat(boundary).hasSizeLessThanOrEqualTo(70); // RFC 2046, section 5.1.1
    var parts =
        List.of(
            new String(
                    api.last().body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .split("--" + boundary, -1));
    assertThat(parts)
        .containsExactly(
            "",
            part("note", "text/plain; charset=utf-8", body.path("note").asText()),
            part("about", "application/json", "{\"a\":1}"),
            part("page", "text/markdown", "# é"),
            part("na%22me%0D%0AX: y", "text/plain; charset=utf-8", "1"),
            "--\r\n");
  }

  private static String part(String name, String type, String text) {
    return "\r\nContent-Disposition: form-data; name=\"%s\"\r\nContent-Type: %s\r\n\r\n%s\r\n"
        .formatted(name, type, text);
  }

  /** Nothing of this reaches a server in any form. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          getItem     | {'id': ''}
          getItem     | {'id': '.'}
          getItem     | {'id': '..'}
          getItem     | {'id': '../admin'}
          getItem     | {'id': 'a/b'}
          getItem     | {'id': '/'}
          getItem     | {'id': '//evil.example/'}
          getItem     | {'id': 'a\\\\b'}
          getItem     | {'id': '..;'}
          getItem     | {'id': '..;x=1'}
          getItem     | {'id': '%2f'}
          getItem     | {'id': '%2F..'}
          getItem     | {'id': '%2e%2e'}
          getItem     | {'id': '%252f'}
          getItem     | {'id': '%5c'}
          getItem     | {'id': '%c0%af'}
          getItem     | {'id': 'a%00'}
          getItem     | {'id': 'a\\u0000b'}
          getItem     | {'id': 'a\\r\\nX: y'}
          getItem     | {'id': 'a\\u0085b'}
          getItem     | {'id': null}
          getItem     | {'id': {'a': {'b': 1}}}
          getItem     | {}
          getItem     | {'id': 'a', 'other': 1}
          getItem     | {'id': 'a', 'body': {}}
          getList     | {'ids': []}
          getList     | {'ids': ['a', '../b']}
          getList     | {'ids': ['a', ['b']]}
          getList     | {'ids': ['a', null]}
          getMap      | {'map': {'a/b': 1}}
          getStyles   | {'one': 'a', 'two': 'a', 'three': 'a', 'four': {'three': 'b'}}
          getStyles   | {'one': 'a', 'two': 'a', 'three': '../b', 'four': 'a'}
          getStyles   | {'one': 'a', 'two': 'a', 'three': 'a', 'four': {'a/b': 1}}
          getStyles   | {'one': 'a', 'two': 'a', 'three': [], 'four': 'a'}
          getLabel    | {'id': '.'}
          getLabel    | {'id': '.;a'}
          getLabel    | {'id': '.;\\u2028'}
          getItem     | {'id': '..;\\u2028a'}
          getStyles   | {'one': 'a', 'two': ['a.b'], 'three': 'a', 'four': 'a'}
          getStyles   | {'one': 'a', 'two': {'a': 'b.c'}, 'three': 'a', 'four': 'a'}
          getFile     | {'name': '', 'ending': '.'}
          getFile     | {'name': 'a/', 'ending': 'b'}
          heads       | {'X-Plain': 'a\\r\\nX-Other: b'}
          heads       | {'X-Plain': 'a\\nb'}
          heads       | {'X-Plain': 'a\\tb'}
          heads       | {'X-Plain': 'a\\u0000b'}
          heads       | {'X-Plain': 'é'}
          heads       | {'X-Plain': ' a'}
          heads       | {'X-Plain': {'a': {}}}
          heads       | {'X-List': ['a,b']}
          heads       | {'X-Pairs': {'a=b': 1}}
          heads       | {'X-Pairs': {'a\\r\\nb': 1}}
          heads       | {'tags': [['a']]}
          heads       | {'tied': {'a': {'b': 1}}}
          heads       | {'tied': [null]}
          heads       | {'loose': {'theme': 'evil'}}
          heads       | {'loose': {'a=b': 1}}
          heads       | {'loose': {'a; b': 1}}
          heads       | {'loose': {'': 1}}
          heads       | {'loose': {'é': 1}}
          heads       | {'loose': {'x': 'ok'}, 'looser': {'x': 'evil'}}
          getMatrices | {'one': {'x': 'ok'}, 'two': {'x': 'evil'}, 'three': 'a'}
          getMatrices | {'one': {'x': 'ok'}, 'two': {'three': 'evil'}, 'three': 'a'}
          heads       | {'Authorization': 'Bearer x'}
          heads       | {'Host': 'evil.example'}
          heads       | {'Cookie': 'a=b'}
          heads       | {'Accept': 'a/b'}
          heads       | {'X-Forwarded-For': '1.2.3.4'}
          heads       | {'X-HTTP-Method-Override': 'DELETE'}
          query       | {'q': {'a': {'b': 1}}}
          query       | {'each': [['a']]}
          query       | {'loose': {'q': 'x'}}
          query       | {'deep': {'a': {'b': null}}}
          query       | {'loose': {'x': 'ok'}, 'looser': {'x': 'evil'}}
          query       | {'deep': {'a][b': 1}}
          query       | {'deep': {'x': 'ok'}, 'loose': {'deep[x]': 'evil'}}
          query       | {'deep': [{'y]': 'b'}]}
          putText     | {'body': {'a': 1}}
          postForm    | {'body': 'a=b'}
          postForm    | {'body': {'deep': {'a': [null]}}}
          postForm    | {'body': {'deep': {'x': 'ok'}, 'deep[x]': 'evil'}}
          postParts   | {'body': ['a']}
          """)
  void refusesWhatCannotBeWritten(String tool, String arguments) {
    var upstream = upstream(SHAPES);

    assertThatThrownBy(() -> call(upstream, tool, json(arguments)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.INVALID_ARGUMENTS));
    assertThat(api.seen()).isEmpty();
  }

  @Test
  void refusesWhatIsTooLongForATargetOrAHeader() {
    var upstream = upstream(SHAPES);
    for (var arguments :
        List.of(
            new String[] {"getItem", "id"},
            new String[] {"query", "q"},
            new String[] {"heads", "X-Plain"},
            new String[] {"heads", "theme"})) {
      ObjectNode long16 = Json.object().put(arguments[1], "x".repeat(16_400));

      assertThatThrownBy(() -> call(upstream, arguments[0], long16))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.REQUEST_TOO_LARGE));
    }
    assertThat(api.seen()).isEmpty();
  }

  /** What stands around each value is written anew for it. */
  @Test
  void refusesADeepObjectThatIsMuchLargerWhenItIsWritten() {
    var upstream = upstream(SHAPES);
    var most = Json.object();
    var list = most.putObject("deep").putArray("k".repeat(100));
    for (int i = 0; i < 20_000; i++) {
      list.add(1);
    }

    for (var tool : List.of("query", "postForm")) {
      var arguments = tool.equals("query") ? most : Json.object().set("body", most);
      assertThatThrownBy(() -> call(upstream, tool, (ObjectNode) arguments))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.INVALID_ARGUMENTS));
    }
    assertThat(api.seen()).isEmpty();
  }

  @Test
  void offersNoHeaderThatIsNotTheCallersToSet() {
    var heads = tool(upstream(SHAPES).inspect(Lent.nothing()), "heads");

    assertThat(heads.at("/inputSchema/properties").fieldNames())
        .toIterable()
        .containsExactly(
            "X-Plain", "X-List", "X-Map", "X-Pairs", "theme", "pages", "tags", "tied", "loose",
            "looser", "packed");
  }
}
