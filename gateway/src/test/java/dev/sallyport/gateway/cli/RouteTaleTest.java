package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class RouteTaleTest {
  private static final String RECORDS =
      """
      [{"type":"intent","call_id":"c-1","target":{"kind":"model","alias":"smart"}},
       {"type":"outcome","call_id":"c-1","outcome":"ok","facts":{
         "model_requested":"auto","weighed_by":"first_words","model_served":"m-2","fallback_of":"c-0","deployment":"b",
         "route":["a@old:parked_payment","a@new:failed_rate_limited","b:answered","c:\\u001bx",
                  "d:parked_forbidden","e:parked_rate_limited_for_caller"],
         "route_more":3}}]
      """;

  @Test
  void tellsInPlainWordsWhoWasAskedAndWhyNotTheOthers() throws IOException {
    var out = new StringWriter();

    RouteTale.tell(records(RECORDS), new PrintWriter(out, true));

    assertThat(out.toString().lines().map(String::strip))
        .contains(
            "call       c-1",
            "asked      auto",
            "alias      smart",
            "instead of c-0",
            "chosen     by weight, as all with the same first words",
            "answered   b",
            "model      m-2",
            "a@old                            not asked: the account of its credential has no"
                + " money left",
            "a@new                            gave no answer: rate limited",
            "b                                answered",
            "d                                not asked: the provider does not allow its credential"
                + " what was asked for",
            "e                                not asked: the provider wants to be left alone for a"
                + " while; this was said to this caller alone, and others are let through",
            "and 3 more");
    assertThat(out.toString()).doesNotContain("\u001b");
  }

  @Test
  void tellsWhichWishesOfTheRequestAndOfTheAliasHadAPartInTheRoute() throws IOException {
    var out = new StringWriter();

    RouteTale.tell(
        records(
            """
            [{"type":"intent","call_id":"c-1","target":{"kind":"model","alias":"smart"}},
             {"type":"outcome","call_id":"c-1","outcome":"ok","facts":{
               "route_by":["order","price","alias:latency"],
               "route":["a:above_max_price","b:max_price_unknown","d:above_alias_max_price",
                        "e:alias_max_price_unknown","c:answered"]}}]
            """),
        new PrintWriter(out, true));

    assertThat(out.toString().lines().map(String::strip))
        .contains(
            "ordered by order",
            "ordered by price",
            "ordered by latency, as the ModelAlias says",
            "d                                not asked: it costs more than maxPrice of the"
                + " ModelAlias",
            "e                                not asked: the ModelAlias has a maxPrice, and what it"
                + " costs is not known",
            "a                                not asked: it costs more than the request's"
                + " max_price",
            "b                                not asked: the request has a max_price, and what it"
                + " costs is not known");
  }

  @Test
  void isOnlyForModelCalls() throws IOException {
    assertThat(RouteTale.isOfModel(records(RECORDS))).isTrue();
    assertThat(RouteTale.isOfModel(records("[]"))).isFalse();
    assertThat(
            RouteTale.isOfModel(
                records("[{\"type\":\"intent\",\"target\":{\"server\":\"crm\",\"tool\":\"x\"}}]")))
        .isFalse();
  }

  private static JsonNode records(String json) throws IOException {
    return new JsonMapper().readTree(json);
  }
}
