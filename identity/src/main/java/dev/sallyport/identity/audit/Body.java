package dev.sallyport.identity.audit;

/**
 * A record without its first fields: a JSON object to which the writer adds the number and the
 * time.
 *
 * @param callId the call that an intent or an outcome belongs to; empty for others
 */
@SuppressWarnings("ArrayRecordComponent") // made once, written once, compared by no one
record Body(RecordType type, String callId, byte[] json) {}
