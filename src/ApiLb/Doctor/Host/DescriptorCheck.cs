using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.Admission;
using ApiLb.Configuration;

namespace ApiLb.Doctor.Host;

/// <summary>How many connections the file descriptors of the daemon carry.</summary>
internal sealed partial class DescriptorCheck(ProcFiles proc)
{
    private const string Check = "nofile";

    /// <summary>A large cluster has some thousand nodes, with about four connections each.</summary>
    private const int FewConnections = 4000;

    /// <param name="limits">What the operator wants.</param>
    /// <param name="daemon">The process id of the running daemon; null: this process stands for it.</param>
    public Finding Find(LimitOptions limits, int? daemon)
    {
        var whose = daemon is null ? "this shell" : "the daemon";
        if (proc.Read($"{daemon?.ToString(CultureInfo.InvariantCulture) ?? "self"}/limits") is not { } text || HardLimitOf(text) is not { } descriptors)
        {
            return Finding.Note(Check, $"the limit of open files of {whose} cannot be read");
        }

        var carried = DescriptorBudget.ConnectionsWithin(descriptors);
        var finding = string.Create(CultureInfo.InvariantCulture, $"{whose} may open {descriptors:N0} files, which carry {carried:N0} connections");
        var wanted = limits.MaxConnections ?? FewConnections;
        if (carried >= wanted)
        {
            return Finding.Ok(Check, finding);
        }

        var remedy = $"LimitNOFILE={DescriptorBudget.DescriptorsFor(wanted)} in the systemd unit (systemctl edit apilb); the shipped one has 1048576";
        return daemon is null
            ? Finding.Note(Check, $"{finding}; a daemon started by systemd has its unit's limit", remedy)
            : Finding.Warning(Check, $"{finding}{(limits.MaxConnections is null ? "" : ", fewer than limits.maxConnections")}: more clients are reset", remedy);
    }

    /// <summary>The .NET runtime raises the soft limit to the hard one when it starts.</summary>
    private static long? HardLimitOf(string limits) => HardLimit().Match(limits) is { Success: true } match
        ? match.Groups["hard"].Value == "unlimited" ? int.MaxValue : long.Parse(match.Groups["hard"].Value, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex(@"^Max open files\s+\S+\s+(?<hard>\d{1,18}|unlimited)\s", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex HardLimit();
}
