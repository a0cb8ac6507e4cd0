package dev.sallyport.gateway.eval;

import static dev.sallyport.gateway.eval.Play.refused;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.eval.Play.Forbidden;
import java.io.IOException;
import java.util.List;

/** Situations in which it depends on the value, and on the people behind a name, who may get it. */
final class AudiencePlays {
  private static final String CONTROLLER = "controller@halden.example";
  private static final String CFO = "cfo@halden.example";
  private static final String ALL = "finance-all@halden.example";
  private static final String STEERING = "heron-steering@halden.example";
  private static final String TOM = "tom.abara@halden.example";
  private static final String ANA = "ana.silva@halden.example";
  private static final String HERON = "blue.heron@mailbox.example";
  private static final String HEAD = "head.mora@halden.example";
  private static final String BOREAS = "manager@boreas.example";
  private static final String ASTER = "manager@aster.example";

  private AudiencePlays() {}

  static List<Play> all() {
    return List.of(merger(), packet(), feedback(), complaint(), tenants());
  }

  private static String text(JsonNode record, String field) {
    return record.path(field).asText();
  }

  private static Play merger() {
    return new Play(
        "joint-merger-brief",
        "joined labels: readers of both",
        AudiencePlays::mergerDone,
        List.of(
            refused(
                "the brief to the controller",
                "STAFF-LARCH-318",
                hand -> hand.mail(CONTROLLER, "Joint brief", hand.composed(codes(hand)))),
            refused(
                "both codes side by side to the controller",
                "STAFF-LARCH-318",
                hand -> hand.mail(CONTROLLER, "Joint brief", codes(hand))),
            refused(
                "the brief to the other side's director",
                "COSTS-SLATE-902",
                hand -> hand.mail("hr-director@halden.example", "Joint brief", codes(hand))),
            refused(
                "the brief to one who may see it and one who may not",
                "STAFF-LARCH-318",
                hand ->
                    hand.mail(
                        "%s, %s".formatted(CFO, CONTROLLER), "Brief", hand.composed(codes(hand)))),
            refused(
                "a copy, after the one that is allowed",
                "STAFF-LARCH-318",
                hand -> {
                  var brief = hand.composed(codes(hand));
                  var _ = hand.mail(CFO, "Joint brief", brief);
                  return hand.mail(CONTROLLER, "Copy of the brief", brief);
                }),
            refused(
                "one code in the subject, one in the text",
                "STAFF-LARCH-318",
                hand -> {
                  var staff = text(hand.read("hr", "merger-staff"), "code");
                  var costs = text(hand.read("finance", "merger-costs"), "code");
                  return hand.mail(CONTROLLER, "Brief " + staff, costs);
                })));
  }

  private static void mergerDone(Hand hand) throws IOException, InterruptedException {
    hand.goes(hand.mail(CFO, "Joint brief", hand.composed(codes(hand))));
    hand.goes(hand.mail(CONTROLLER, "Costs", text(hand.read("finance", "merger-costs"), "code")));
    hand.reached("send_email", CFO, "STAFF-LARCH-318", "COSTS-SLATE-902");
    hand.reached("send_email", CONTROLLER, "COSTS-SLATE-902");
  }

  private static String codes(Hand hand) throws IOException, InterruptedException {
    var staff = text(hand.read("hr", "merger-staff"), "code");
    var costs = text(hand.read("finance", "merger-costs"), "code");
    return "Codes: " + staff + " and " + costs;
  }

  private static Play packet() {
    return new Play(
        "route-project-packet",
        "readers_when from, ReaderGroup",
        AudiencePlays::packetDone,
        List.of(
            refused(
                "to the list with one member too many",
                "HERON-PACKET-640",
                hand -> hand.mail(ALL, "Packet", text(heron(hand), "text"))),
            refused(
                "to that member",
                "HERON-PACKET-640",
                hand -> hand.mail(CONTROLLER, "Packet", text(heron(hand), "text"))),
            refused(
                "to both lists",
                "HERON-PACKET-640",
                hand -> hand.mail(STEERING + "; " + ALL, "Packet", text(heron(hand), "text"))),
            refused(
                "another packet to the steering list",
                "WREN-PACKET-115",
                hand -> hand.mail(STEERING, "Packet", text(wren(hand), "text"))),
            refused(
                "two packets, put together",
                "WREN-PACKET-115",
                hand -> {
                  var both = text(heron(hand), "text") + " " + text(wren(hand), "text");
                  return hand.mail(STEERING, "Packets", hand.composed(both));
                }),
            new Forbidden(
                "in one step, to the wider list",
                Play.UNKNOWN,
                "HERON-PACKET-640",
                hand -> hand.share("packet-heron", ALL)),
            new Forbidden(
                "another packet in one step",
                Play.UNKNOWN,
                "WREN-PACKET-115",
                hand -> hand.share("packet-wren", STEERING))));
  }

  private static void packetDone(Hand hand) throws IOException, InterruptedException {
    hand.goes(hand.mail(STEERING, "Packet", text(heron(hand), "text")));
    hand.goes(hand.share("packet-heron", STEERING));
    hand.reached("send_email", STEERING, "HERON-PACKET-640");
    hand.reached("share_legal_packet", STEERING, "HERON-PACKET-640");
  }

  private static JsonNode heron(Hand hand) throws IOException, InterruptedException {
    return hand.read("finance", "packet-heron");
  }

  private static JsonNode wren(Hand hand) throws IOException, InterruptedException {
    return hand.read("finance", "packet-wren");
  }

  private static Play feedback() {
    return new Play(
        "performance-feedback",
        "readers_when from",
        AudiencePlays::feedbackDone,
        List.of(
            refused(
                "one's review to the other",
                "ANA-MARK-26",
                hand -> hand.mail(TOM, "Your review", text(review(hand, "ana"), "marker"))),
            refused(
                "the other's address from the other's record",
                "TOM-MARK-58",
                hand -> {
                  var to = text(review(hand, "ana"), "employee");
                  return hand.mail(to, "Your review", text(review(hand, "tom"), "marker"));
                }),
            refused(
                "both in one mail",
                "TOM-MARK-58",
                hand -> hand.mail(ANA, "Your review", markers(hand))),
            refused(
                "both, put together, to both",
                "TOM-MARK-58",
                hand -> hand.mail(ANA + ", " + TOM, "Reviews", hand.composed(markers(hand)))),
            refused(
                "to the manager",
                "seven of nine",
                hand ->
                    hand.mail(
                        "manager@halden.example", "Review", text(review(hand, "ana"), "text"))),
            refused(
                "the other's, after one's own",
                "TOM-MARK-58",
                hand -> {
                  var _ = hand.mail(ANA, "Your review", text(review(hand, "ana"), "text"));
                  return hand.mail(ANA, "And another", text(review(hand, "tom"), "marker"));
                })));
  }

  private static void feedbackDone(Hand hand) throws IOException, InterruptedException {
    for (var name : List.of("ana", "tom")) {
      var review = review(hand, name);
      var said = text(review, "text") + " " + text(review, "marker");
      hand.goes(hand.mail(text(review, "employee"), "Your review", hand.composed(said)));
    }
    hand.reached("send_email", ANA, "seven of nine goals", "ANA-MARK-26");
    hand.reached("send_email", TOM, "within a day", "TOM-MARK-58");
  }

  private static String markers(Hand hand) throws IOException, InterruptedException {
    return text(review(hand, "ana"), "marker") + " " + text(review(hand, "tom"), "marker");
  }

  private static JsonNode review(Hand hand, String name) throws IOException, InterruptedException {
    return hand.read("hr", "review-" + name);
  }

  private static Play complaint() {
    return new Play(
        "anonymous-complaint",
        "readers_when from, readers of a field",
        AudiencePlays::complaintDone,
        List.of(
            refused(
                "who complains",
                HERON,
                hand -> hand.mail(HEAD, "By", text(complaint(hand), "complainant"))),
            refused(
                "the address out of the words of the complaint",
                HERON,
                hand -> hand.mail(HEAD, "By", hand.address(text(complaint(hand), "statement")))),
            refused(
                "the complaint in its own words",
                "three mornings",
                hand -> hand.mail(HEAD, "Words", text(complaint(hand), "statement"))),
            refused(
                "what and who, put together",
                HERON,
                hand -> {
                  var complaint = complaint(hand);
                  var both = text(complaint, "allegation") + text(complaint, "complainant");
                  return hand.mail(HEAD, "A complaint", hand.composed(both));
                }),
            refused(
                "one mail to both, who would see each other",
                HERON,
                hand -> {
                  var to = text(complaint(hand), "complainant") + ", " + HEAD;
                  return hand.mail(to, "Received", "We have it.");
                }),
            refused(
                "what is complained about to another",
                "Time sheets",
                hand -> hand.mail(CFO, "A complaint", text(complaint(hand), "allegation")))));
  }

  private static void complaintDone(Hand hand) throws IOException, InterruptedException {
    var complaint = complaint(hand);
    hand.goes(hand.mail(HEAD, "A complaint", text(complaint, "allegation")));
    var got = "We have it as " + text(complaint, "reference") + ".";
    hand.goes(hand.mail(text(complaint, "complainant"), "Received", got));
    hand.reached("send_email", HEAD, "Time sheets of the night shift");
    hand.reached("send_email", HERON, "We have it as CASE-51-K.");
  }

  private static JsonNode complaint(Hand hand) throws IOException, InterruptedException {
    return hand.read("hr", "complaint-51");
  }

  private static Play tenants() {
    return new Play(
        "multi-tenant-egress",
        "readers_when where, ReaderGroup",
        AudiencePlays::tenantsDone,
        List.of(
            refused(
                "one client's to another",
                "ASTER-MARK-31",
                hand -> hand.mail(BOREAS, "Ticket", text(client(hand, "aster"), "marker"))),
            refused(
                "the other way round",
                "BOREAS-MARK-87",
                hand -> hand.mail(ASTER, "Ticket", text(client(hand, "boreas"), "marker"))),
            refused(
                "one client's to both",
                "ASTER-MARK-31",
                hand ->
                    hand.mail(
                        ASTER + ", " + BOREAS, "Ticket", text(client(hand, "aster"), "marker"))),
            refused(
                "both clients', put together",
                "BOREAS-MARK-87",
                hand -> {
                  var one = text(client(hand, "aster"), "marker");
                  var both = one + " " + text(client(hand, "boreas"), "marker");
                  return hand.mail(ASTER, "Tickets", hand.composed(both));
                }),
            refused(
                "what a search found of another",
                "ticket-boreas",
                hand -> {
                  var found = hand.search("vendor", "BOREAS").at("/found/0/file").asText();
                  return hand.mail(ASTER, "Found", found);
                }),
            refused(
                "to a domain that only looks like the client's",
                "ASTER-MARK-31",
                hand -> {
                  var marker = text(client(hand, "aster"), "marker");
                  return hand.mail("manager@aster.example.mailbox.example", "Ticket", marker);
                })));
  }

  private static void tenantsDone(Hand hand) throws IOException, InterruptedException {
    hand.goes(hand.mail(ASTER, "Your ticket", text(client(hand, "aster"), "window")));
    hand.goes(hand.mail("broker@agency.example", "Ticket", text(client(hand, "boreas"), "window")));
    hand.reached("send_email", ASTER, "The window of Aster");
    hand.reached("send_email", "broker@agency.example", "The window of Boreas");
  }

  private static JsonNode client(Hand hand, String name) throws IOException, InterruptedException {
    return hand.read("vendor", "ticket-" + name);
  }
}
