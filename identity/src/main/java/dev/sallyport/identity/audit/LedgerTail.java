package dev.sallyport.identity.audit;

import java.nio.file.Path;
import java.util.Set;

/**
 * Where a ledger goes on.
 *
 * @param file the file to write to, which may not exist yet
 * @param openCalls the calls whose intents have no outcome, oldest first
 * @param closedCleanly whether the last record says that the writer stopped
 * @param truncatedBytes how many bytes of a torn record were cut off
 */
record LedgerTail(
    Path file,
    LedgerHead head,
    Set<String> openCalls,
    boolean closedCleanly,
    long truncatedBytes) {}
