package dev.sallyport.llm.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.skin.ChatSkin;
import dev.sallyport.llm.skin.EmbeddingsSkin;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.skin.responses.ResponsesSkin;
import dev.sallyport.llm.testing.Sites;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a conversation goes by, in each form of request (S26). */
final class ConversationTest {
  private static final Owner OWNER = Owner.alone(new PrincipalId("spiffe://prod/agent/ci"));
  private static final Deployment DEPLOYMENT = Sites.of("{\"protocol\":\"openai\"}");
  private static final String HI = "{'role':'user','content':'Hi'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'session_id':'s','prompt_cache_key':'k' | h | session_id
          'session_id':'','prompt_cache_key':'k'  | h | x-session-id
          'session_id':7                          | h | x-session-id
          'session_id':null,'prompt_cache_key':'k'| `` | prompt_cache_key
          'prompt_cache_key':['k']                | `` | first_words
          'user':'u'                              | `` | first_words
          """)
  void goesByTheFirstNameThatIsGiven(String members, String header, String by) {
    for (var skin : new Skin[] {chat(), new ResponsesSkin(() -> Instant.EPOCH)}) {
      var what = skin instanceof ChatSkin ? "'messages':[" + HI + "]" : "'input':'Hi'";
      var body = "{'model':'fast',%s,%s}".formatted(members, what);
      assertThat(conversation(skin, body, header).by()).isEqualTo(by);
    }
  }

  @Test
  void heedsNamesOfAtMost256Characters() {
    for (var member : new String[] {"session_id", "prompt_cache_key"}) {
      var longest = "'%s':'%s'".formatted(member, "s".repeat(256));
      assertThat(ofChat(longest, HI).by()).isEqualTo(member);
      assertThat(ofChat(longest.replace("ss", "sss"), HI).by()).isEqualTo("first_words");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'role':'user','content':'Hi'},{'role':'assistant','content':'A'},{'role':'user','content':'B'}",
        "{'role':'user','content':[{'type':'text','text':'Hi'}]}",
        "{'role':'user','content':[{'type':'text','text':'Hi','cache_control':{'type':'ephemeral'}}]}",
      })
  void staysTheSameWhileItGrowsAndMarksForCachesMove(String messages) {
    var system = "{'role':'system','content':'Be brief.'},";
    assertThat(draw(ofChat("'user':'u'", system + messages)))
        .isEqualTo(draw(ofChat("'temperature':1", system + HI)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'role':'system','content':'Be brief.'},{'role':'user','content':'Ho'}",
        "{'role':'developer','content':'Be long.'},{'role':'user','content':'Hi'}",
        "{'role':'user','content':'Hi'}",
        "{'role':'user','content':'Be brief.Hi'}",
      })
  void isAnotherWhereItBeginsInOtherWords(String messages) {
    var system = "{'role':'system','content':'Be brief.'},";
    assertThat(draw(ofChat("'user':'u'", messages)))
        .isNotEqualTo(draw(ofChat("'user':'u'", system + HI)));
  }

  @Test
  void tellsPicturesApartButNotByMarksForCaches() {
    var picture = "{'type':'image_url','image_url':{'url':'https://h/1.png'}%s}";
    var one = ofParts(picture.formatted(""));
    var marked = ofParts(picture.formatted(",'cache_control':{'type':'ephemeral'}"));
    var other = ofParts(picture.formatted("").replace("1.png", "2.png"));
    assertThat(draw(marked)).isEqualTo(draw(one)).isNotEqualTo(draw(other));
  }

  @Test
  void isAnotherForEachKindOfNameAndForEachPrincipalAndUser() {
    var body = "{'model':'fast','session_id':'s','messages':[" + HI + "]}";
    var alone = FixedTokens.principal("spiffe://prod/agent/ci").owner();
    var forUser = FixedTokens.principal("spiffe://prod/agent/ci", "oidc://corp/user-1").owner();
    var forOther = FixedTokens.principal("spiffe://prod/agent/ci", "oidc://corp/user-2").owner();
    var draws =
        Stream.concat(
                Stream.of(alone, forUser, forOther)
                    .map(owner -> new Conversation(owner, chat().read(bytes(body)))),
                Stream.of(conversation(chat(), body.replace("session_id", "prompt_cache_key"), "")))
            .map(ConversationTest::draw)
            .toList();
    assertThat(draws).doesNotHaveDuplicates();
    assertThat(draw(conversation(chat(), body.replace("session_id", "user"), "s")))
        .isEqualTo(draws.getFirst());
  }

  /** Claude Code writes another text before the system's words with every request. */
  @Test
  void ofMessagesGoesByTheUserInPlaceOfTheSystemsWords() {
    var body =
        "{'model':'fast','max_tokens':9,%s'system':[{'type':'text','text':'x-%d'}],'messages':["
            + HI
            + "]}";
    var user = "'metadata':{'user_id':'session-1'},";
    var skin = new MessagesSkin();
    double first = draw(conversation(skin, body.formatted(user, 1), ""));

    assertThat(draw(conversation(skin, body.formatted(user, 2), ""))).isEqualTo(first);
    assertThat(draw(conversation(skin, body.formatted(user.replace("1", "2"), 1), "")))
        .isNotEqualTo(first);
    assertThat(draw(conversation(skin, body.formatted(user, 1).replace("Hi", "Ho"), "")))
        .isNotEqualTo(first);
    assertThat(draw(conversation(skin, body.formatted("", 1), "")))
        .isNotEqualTo(draw(conversation(skin, body.formatted("", 2), "")));
    assertThat(conversation(skin, body.formatted("'session_id':'s',", 1), "h").by())
        .isEqualTo("session_id");
  }

  @Test
  void ofResponsesGoesByInstructionsAndTheFirstOfTheInput() {
    var skin = new ResponsesSkin(() -> Instant.EPOCH);
    var brief = "{'model':'fast','instructions':'Be brief.','input':'Hi'}";
    var grown =
        "{'model':'fast','instructions':'Be brief.','input':["
            + HI
            + ",{'role':'assistant','content':'A'},{'role':'user','content':'B'}]}";
    assertThat(draw(conversation(skin, grown, "")))
        .isEqualTo(draw(conversation(skin, brief, "")))
        .isNotEqualTo(draw(conversation(skin, brief.replace("brief", "long"), "")));
  }

  @Test
  void ofEmbeddingsGoesByTheInputUnlessTheHeaderNamesIt() {
    var skin = new EmbeddingsSkin();
    var body = "{'model':'fast','input':['a','b']}";
    double first = draw(conversation(skin, body, ""));
    assertThat(draw(conversation(skin, body, ""))).isEqualTo(first);
    assertThat(draw(conversation(skin, body.replace("'b'", "'c'"), ""))).isNotEqualTo(first);
    assertThat(conversation(skin, body, "h").by()).isEqualTo("x-session-id");
  }

  private static ChatSkin chat() {
    return new ChatSkin(() -> Instant.EPOCH);
  }

  private static Conversation ofParts(String part) {
    return ofChat("'user':'u'", "{'role':'user','content':[" + part + "]}");
  }

  private static Conversation ofChat(String members, String messages) {
    return conversation(
        chat(), "{'model':'fast',%s,'messages':[%s]}".formatted(members, messages), "");
  }

  private static Conversation conversation(Skin skin, String body, String header) {
    var headers = header.isEmpty() ? Map.<String, String>of() : Map.of(Conversation.HEADER, header);
    return new Conversation(OWNER, skin.read(bytes(body), headers));
  }

  private static byte[] bytes(String body) {
    return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static double draw(Conversation conversation) {
    return conversation.draw(DEPLOYMENT);
  }
}
