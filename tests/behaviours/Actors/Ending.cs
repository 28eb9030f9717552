namespace ApiLb.BehaviourTests.Actors;

/// <summary>How the other side of a connection ended it.</summary>
internal enum Ending
{
    /// <summary>FIN: it has said everything.</summary>
    Finished,

    /// <summary>RST: what came before may not be everything.</summary>
    Reset,
}
