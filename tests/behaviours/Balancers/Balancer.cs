using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Balancers;

/// <summary>Translates a <see cref="Setup"/> into one balancer's configuration, and what is asked of it into its signals and words.</summary>
internal abstract partial class Balancer(string name)
{
    public const string ApiLb = "apilb";
    public const string HaProxy = "haproxy";
    public const string Nginx = "nginx";

    public static IReadOnlyList<string> Names { get; } = [ApiLb, HaProxy, Nginx];

    public string Name { get; } = name;

    /// <summary>What the balancer does not have, and why: a row that needs it does not apply.</summary>
    public abstract IReadOnlyDictionary<Feature, string> Lacks { get; }

    /// <summary>The executable.</summary>
    public abstract string Program { get; }

    /// <summary>Asks it to read its configuration again.</summary>
    public virtual int ReloadSignal => Signal.Hangup;

    /// <summary>Takes no new connections, and ends when the old ones have.</summary>
    public virtual int FinishSignal => Signal.Terminate;

    /// <summary>After <see cref="FinishSignal"/>: ends at once.</summary>
    public virtual int StopSignal => Signal.Terminate;

    /// <summary>A line with a key that it does not know, as its language has it.</summary>
    public virtual string UnknownKey => "unknown_key 1\n";

    public static Balancer Of(string name) => name switch
    {
        ApiLb => new ApiLbBalancer(),
        HaProxy => new HaProxyBalancer(),
        Nginx => new NginxBalancer(),
        _ => throw new ArgumentException($"{name}: allowed are {string.Join(", ", Names)}", nameof(name)),
    };

    public string? WhyNot(Feature needed) => Lacks.FirstOrDefault(lack => needed.HasFlag(lack.Key)).Value;

    /// <summary>The configuration file's text.</summary>
    /// <param name="setup">What is wanted.</param>
    /// <param name="folder">Where sockets, logs and the CA's certificate (ca.crt) are.</param>
    public abstract string Configuration(Setup setup, string folder);

    /// <summary>The same for a balancer that is passed its listening socket as descriptor 3.</summary>
    public virtual Setup OnPassedSocket(Setup setup) => setup;

    /// <summary>The program's arguments to run in the foreground.</summary>
    public abstract IReadOnlyList<string> Run(string configuration);

    /// <summary>Is it told by this log that it serves; the bound sockets are looked at besides.</summary>
    public abstract bool IsReady(string log);

    /// <summary>The metric of clients that are connected now.</summary>
    public virtual string ConnectionsSeries => "";

    /// <summary>What the names of the threads that move bytes begin with.</summary>
    public virtual string ByteThread => "";

    /// <summary>How many connections its checks make to a backend before it is ready.</summary>
    public virtual int ChecksAtStart => 0;

    /// <summary>Has a new process of its executable take over, as its documentation says.</summary>
    public virtual Task UpgradeAsync(BalancerProcess process) => throw new NotSupportedException(Name);

    /// <summary>How each connection that has ended did, by what it has counted: its own words, one for each. Without such counters by its log.</summary>
    public virtual Task<IReadOnlyList<string>> EndingsAsync(BalancerProcess process) => Task.FromResult(LoggedEndings(process.Log));

    /// <summary>The same by its log.</summary>
    public abstract IReadOnlyList<string> LoggedEndings(string log);

    /// <summary>Its words for a cause; none: it tells it from nothing else.</summary>
    public virtual IReadOnlyList<string> WordsFor(CloseCause cause) => [];

    /// <summary>The command with which an operator has it read its configuration again.</summary>
    /// <returns>The command's exit code.</returns>
    public abstract Task<int> ReloadAsync(BalancerProcess process, string configuration);

    /// <summary>The metric that is 0 when the last reload failed.</summary>
    public virtual string ReloadSeries => "";

    /// <summary>The metric of the times that it could not accept for want of descriptors.</summary>
    public virtual string ShortageSeries => "";

    /// <summary>Why backends were taken out, in its own words.</summary>
    public virtual IReadOnlyList<string> Complaints(string log) => [];

    /// <summary>What it finds wrong with its configuration: a line of the file, and the keys or values that it names there.</summary>
    public virtual IReadOnlyList<(int Line, IReadOnlyList<string> Keys)> Faults(string log) =>
        [.. Fault().Matches(log).Select(m => (int.Parse(m.Groups["line"].Value, CultureInfo.InvariantCulture), (IReadOnlyList<string>)[.. Quoted().Matches(m.Value).Select(q => q.Groups["word"].Value)]))];

    protected static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMilliseconds}ms");

    [GeneratedRegex(@"^.*balancer\.conf:(?<line>\d+).*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fault();

    [GeneratedRegex("""(?<= )['"](?<word>[^'"]+)['"]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
