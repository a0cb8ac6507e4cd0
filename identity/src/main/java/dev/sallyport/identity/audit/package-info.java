/**
 * What everyone did: an append-only ledger that shows when it was tampered with. Start with {@link
 * dev.sallyport.identity.audit.EvidenceLedger}.
 */
@NullMarked
package dev.sallyport.identity.audit;

import org.jspecify.annotations.NullMarked;
