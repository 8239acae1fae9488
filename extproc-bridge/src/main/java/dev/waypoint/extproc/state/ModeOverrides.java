package dev.waypoint.extproc.state;

import dev.waypoint.extproc.v3.ProcessingResponse;

/** Which mode overrides are obeyed. */
final class ModeOverrides {

    private ModeOverrides() {}

    /** The modes that an override leads to. */
    static Modes effective(ProcessingResponse message, MachineSettings settings) {
        return settings.overrideBase().overlaid(message.getModeOverride());
    }

    /**
     * Whether an override is obeyed: where it is permitted, while a head waits for its reply, towards a mode of the list. One that
     * comes alone may only ask for the request's body in full duplex.
     */
    static boolean isObeyed(
            ProcessingResponse message, Modes effective, MachineSettings settings, Waiting request, Waiting response) {
        if (!settings.permissions().modeOverride()
                || settings.earlyBody()
                || settings.overrideBase().hasDuplex()) {
            return false;
        }
        if (message.getResponseCase() == ProcessingResponse.ResponseCase.RESPONSE_NOT_SET
                && !(request == Waiting.HEADERS
                        && effective.requestBody() == BodyMode.FULL_DUPLEX_STREAMED
                        && effective.requestTrailers() == SendMode.SEND)) {
            return false;
        }
        boolean waits = request == Waiting.HEADERS || response == Waiting.HEADERS;
        return waits
                && (settings.allowedOverrides().isEmpty()
                        || settings.allowedOverrides().stream().anyMatch(effective::isAllowedBy));
    }
}
