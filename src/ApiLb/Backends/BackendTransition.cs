using ApiLb.Health;

namespace ApiLb.Backends;

/// <summary>A backend's change of status, as a pool publishes it.</summary>
internal readonly record struct BackendTransition(Backend Backend, HealthTransition Transition);
