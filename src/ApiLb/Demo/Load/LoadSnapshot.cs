namespace ApiLb.Demo.Load;

/// <summary>What the demo's clients experienced until now. Immutable.</summary>
internal sealed record LoadSnapshot
{
    public long Answered { get; init; }

    /// <summary>Requests that nobody answered: zero is the point of the demo.</summary>
    public long Failed { get; init; }

    /// <summary>Answers that broke off with their backend; the request was repeated and is counted by how that ended.</summary>
    public long Cut { get; init; }

    /// <summary>The slowest of the last <see cref="LoadCounters.Window"/> seconds.</summary>
    public TimeSpan SlowestLately { get; init; }

    public TimeSpan SlowestEver { get; init; }

    public int WatchesOpen { get; init; }

    /// <summary>Watches that ended with their backend and were opened again at another one.</summary>
    public long WatchesMoved { get; init; }
}
