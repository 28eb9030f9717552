namespace ApiLb.Telemetry;

/// <summary>What kind of thing happened.</summary>
internal enum EventKind
{
    /// <summary>A backend's state changed by evidence.</summary>
    State,

    /// <summary>The operator said something.</summary>
    Operator,

    /// <summary>A backend joined or left its pool.</summary>
    Member,

    /// <summary>Established connections were closed.</summary>
    Closed,

    /// <summary>A pool's alarm began or ended.</summary>
    Alarm,

    /// <summary>A source of members failed, recovered, or told what is not believed.</summary>
    Discovery,
}
