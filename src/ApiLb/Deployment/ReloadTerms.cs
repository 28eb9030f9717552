using ApiLb.Configuration;

namespace ApiLb.Deployment;

/// <summary>What reloading needs from outside.</summary>
internal sealed record ReloadTerms
{
    /// <summary>Reads and checks the configuration again.</summary>
    public required Func<CancellationToken, Task<ConfigurationResult>> Load { get; init; }

    /// <summary>A reload begins; not called for a dry run.</summary>
    public Func<Task> Begin { get; init; } = () => Task.CompletedTask;

    /// <summary>It is over, whatever came of it.</summary>
    public Func<Task> End { get; init; } = () => Task.CompletedTask;

    /// <summary>For a daemon that was started without a file.</summary>
    public static ReloadTerms None { get; } = new() { Load = _ => throw new IOException("this daemon was not started from a file, so there is nothing to read again.") };
}
