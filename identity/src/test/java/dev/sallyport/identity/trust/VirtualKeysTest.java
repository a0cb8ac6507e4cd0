package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.resource.InvalidResourcesException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

public class VirtualKeysTest extends IdentityScene {
  @Test
  void showsAKeyOnceAndKeepsOnlyItsDigest() throws Exception {
    var key = apply("VirtualKey", "ci", "{'workload':'spiffe://prod/agent/ci'}").orElseThrow();

    assertThat(key).matches("spk_[a-z2-7]{12}_[A-Za-z0-9_-]{43}");
    assertThat(principal(key)).isEqualTo("spiffe://prod/agent/ci");
    assertThat(apply("VirtualKey", "ci", "{'workload':'spiffe://prod/agent/ci'}")).isEmpty();
    assertThat(principal(key)).isEqualTo("spiffe://prod/agent/ci");
    assertThat(database.everything())
        .contains(key.substring(4, 16))
        .doesNotContain(key.substring(17));
  }

  @Test
  void namesTheTeamWhereAKeyStandsInForNoWorkload() throws Exception {
    var key = apply("VirtualKey", "ci", "{'orgId':'acme','teamId':'platform'}").orElseThrow();

    assertThat(principal(key)).isEqualTo("spiffe://sallyport.local/org/acme/team/platform/key/ci");
  }

  @Test
  void refusesAKeyAtOnceWhenItIsOverDisabledOrRemoved() throws Exception {
    var key =
        apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b','expiresAt':'2026-11-21T12:00:10Z'}")
            .orElseThrow();
    assertThat(verify(key)).isInstanceOf(Authenticated.class);
    clock.advance(Duration.ofSeconds(10));
    assertThat(verify(key)).isEqualTo(new Rejected("expired"));

    apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}");
    assertThat(verify(key)).isInstanceOf(Authenticated.class);
    apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b','disabled':true}");
    assertThat(verify(key)).isEqualTo(new Rejected("disabled"));

    remove("VirtualKey", "ci");
    assertThat(verify(key)).isEqualTo(new Rejected("unknown_virtual_key"));
    var fresh = apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}").orElseThrow();
    assertThat(verify(key)).isEqualTo(new Rejected("unknown_virtual_key"));
    assertThat(verify(fresh)).isInstanceOf(Authenticated.class);
  }

  /** What was exchanged by a key that leaked must not hold again by the key in its place. */
  @Test
  void isVouchedForByTheVeryKeyAndNotByOneInItsPlace() throws Exception {
    var key = apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}").orElseThrow();
    var holder = ((Authenticated) verify(key)).principal();
    var voucher = identity.voucher(holder).orElseThrow();
    assertThat(identity.voucher(holder)).contains(voucher);

    remove("VirtualKey", "ci");
    assertThat(identity.voucher(holder)).isEmpty();
    apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}");
    assertThat(identity.voucher(holder)).isPresent().isNotEqualTo(Optional.of(voucher));
  }

  @Test
  void refusesEveryOtherTextThatBeginsLikeAKey() throws Exception {
    var key = apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b'}").orElseThrow();
    var last = key.charAt(key.length() - 1);
    for (var wrong :
        List.of(
            "spk_",
            key + "a",
            key.substring(0, key.length() - 1),
            key.substring(0, key.length() - 1) + (last == 'A' ? 'B' : 'A'),
            key.substring(0, 17) + "A".repeat(43),
            "spk_" + "a".repeat(12) + key.substring(16),
            key.toUpperCase(Locale.ROOT).replace("SPK_", "spk_"))) {
      assertThat(verify(wrong)).as(wrong).isInstanceOf(Rejected.class);
    }
  }

  @Test
  void recallsAKeyAsLongAsItHoldsWithoutAskingTheStore() throws Exception {
    var key =
        apply("VirtualKey", "ci", "{'orgId':'a','teamId':'b','expiresAt':'2026-11-21T12:00:10Z'}")
            .orElseThrow();
    assertThat(identity.recall(key)).isEmpty();
    var holder = ((Authenticated) verify(key)).principal();

    assertThat(identity.recall(key)).contains(holder);
    assertThat(identity.recall(key.substring(0, 17) + "A".repeat(43))).isEmpty();
    assertThat(identity.recall("spk_")).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    assertThat(identity.recall(key)).isEmpty();
  }

  @Test
  void isNotMadeForAMomentThatIsPastButMayBeChangedAfterIt() throws Exception {
    var over = "{'orgId':'a','teamId':'b','expiresAt':'2026-11-21T12:00:00Z'}";
    assertThatThrownBy(() -> apply("VirtualKey", "ci", over))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining("is past: name a moment that is still to come");

    var later = over.replace("12:00:00", "12:00:01");
    assertThat(apply("VirtualKey", "ci", later)).isPresent();
    clock.advance(Duration.ofSeconds(2));
    assertThat(apply("VirtualKey", "ci", later.replace("}", ",'disabled':true}"))).isEmpty();
  }
}
