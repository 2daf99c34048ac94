"""The exchange's causes and errors, each mapped to one of ours. What isn't here is counted by name and read as `other` or `fault`."""
from __future__ import annotations

CAUSES = {
    "": "normal", "normal": "normal", "normalClearing": "normal", "newCall": "new", "makeCall": "new",
    "enteringDistribution": "new", "networkSignal": "new", "distributed": "routed", "redirected": "routed",
    "distributionDelay": "routed", "forcedPause": "routed", "forcedTransition": "routed", "callForward": "forwarded",
    "callForwardImmediate": "forwarded", "callForwardBusy": "busy", "callForwardNoAnswer": "no_answer",
    "alertTimeExpired": "no_answer", "noAnswer": "no_answer", "recall": "recall", "recallBusy": "recall",
    "recallNoAnswer": "recall", "recallForwarded": "recall", "recallResourcesNotAvailable": "recall",
    "callNotAnswered": "no_answer", "maxAlertingTimeExceeded": "no_answer", "callPickup": "picked_up",
    "noAvailableAgents": "no_agents", "overflow": "overflow", "callOverflow": "overflow", "busyOverflow": "overflow",
    "calledDeviceBusy": "busy", "busy": "busy", "callCancelled": "caller_gave_up", "callBack": "callback",
    "doNotDisturb": "not_taking_calls", "transfer": "transfer", "singleStepTransfer": "transfer",
    "singleStepConference": "joined", "silentParticipation": "joined", "conference": "conference",
    "keyOperation": "by_hand", "keyConference": "by_hand", "activeMonitor": "joined", "intrude": "joined",
    "networkCongestion": "network", "networkNotObtainable": "network", "networkOutOfOrder": "network",
    "networkDialling": "network", "trunksBusy": "network", "allTrunksBusy": "network", "blocked": "network",
    "destinationNotObtainable": "network", "destinationOutOfOrder": "network", "incompatibleDestination": "network",
    "incompatibleBearerService": "network", "resourcesNotAvailable": "network", "destNotObtainable": "network",
    "switchingFunctionTerminated": "exchange", "disabled": "exchange", "maintenance": "exchange", "reset": "exchange",
    "timeout": "timeout", "maximumCallDurationExceeded": "timeout", "invalidNumberFormat": "wrong_number",
    "invalidAccountCode": "not_allowed", "notAvailableBearerService": "network", "notSupportedBearerService": "network",
    "numberChanged": "wrong_number", "numberUnallocated": "wrong_number", "notPermitted": "not_allowed",
    "park": "parked", "unPark": "parked", "consultation": "consultation", "enteringHold": "held",
}

ERRORS = {
    "noCallToAnswer": "no_call", "noConnectionToClear": "no_call", "noActiveCall": "no_call", "noHeldCall": "no_call",
    "noCallToClear": "no_call", "noCallToComplete": "no_call", "noCallToDivert": "no_call",
    "invalidConnectionID": "no_call", "invalidCallID": "no_call", "invalidConnectionState": "wrong_state",
    "invalidObjectState": "wrong_state", "connectionOutOfService": "wrong_state", "invalidConnectionIDForActiveCall": "wrong_state",
    "invalidDeviceID": "no_such_device", "invalidDestination": "no_such_device", "invalidCalledDeviceID": "no_such_device",
    "invalidDestinationDevice": "no_such_device", "invalidDestinationDeviceObject": "no_such_device",
    "invalidMonitorCrossRefID": "no_monitor", "privilegeViolationSpecifiedDevice": "not_allowed",
    "privilegeViolationOnSpecifiedDevice": "not_allowed", "privilegeViolationCalledDevice": "not_allowed",
    "serviceNotSupported": "not_supported", "routeingTimerExpired": "too_late", "resourceBusy": "busy",
    "deviceBusy": "busy", "calledDeviceBusy": "busy", "networkBusy": "busy", "deviceOutOfService": "out_of_service",
    "networkOutOfService": "out_of_service", "overallMonitorLimitExceeded": "limit",
    "outstandingReqLimitExceeded": "limit", "monitorLimitExceeded": "limit", "overallMonitorLimit": "limit",
    "sessionNotEstablished": "no_link", "generic": "fault", "valueOutOfRange": "fault",
    "requestIncompatibleWithObject": "not_supported",
}

BACK_OFF = frozenset({"performanceManagement"})
"""Categories of CSTAErrorCode that ask us to send less."""

AGENT_STATES = {
    "AgentLoggedOnEvent": "logged_on", "AgentLoggedOffEvent": "logged_off", "AgentReadyEvent": "ready",
    "AgentNotReadyEvent": "not_ready", "AgentBusyEvent": "busy", "AgentWorkingAfterCallEvent": "after_call",
}

AGENT_WISHES = {
    "ready": "ready", "not_ready": "notReady", "after_call": "workingAfterCall",
    "logged_on": "loggedOn", "logged_off": "loggedOff",
}
