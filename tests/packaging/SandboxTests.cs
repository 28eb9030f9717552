using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>The sandbox of the unit as <c>systemd-analyze security</c> judges it: 0 is best, 10 worst.</summary>
public sealed partial class SandboxTests
{
    [Fact]
    public async Task Exposure_IsAtMost1Point5() => Assert.InRange(await ExposureAsync(), 0, 1.5);

    /// <summary>Each needs one capability, and so the host's user namespace.</summary>
    [Theory]
    [InlineData("privileged-ports.conf")]
    [InlineData("transparent-source.conf")]
    public async Task ExposureWithDropIn_StaysLow(string dropIn) => Assert.InRange(await ExposureAsync(dropIn), 0, 2.0);

    private static async Task<double> ExposureAsync(params string[] dropIns)
    {
        Prerequisites.Demand();
        var folder = Directory.CreateTempSubdirectory("apilb-unit-");
        try
        {
            // One file, because offline analysis knows no drop-ins: what stands later counts.
            var unit = Path.Combine(folder.FullName, "apilb.service");
            var parts = dropIns.Select(name => $"systemd/drop-ins/{name}").Prepend("systemd/apilb.service");
            await File.WriteAllTextAsync(unit, string.Join('\n', parts.Select(part => File.ReadAllText(Repository.Path(part)))));

            var report = await Command.RunAsync("systemd-analyze", "security", "--offline=true", "--no-pager", unit);

            return double.Parse(Overall().Match(report.Output).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"Overall exposure level for apilb\.service: ([0-9.]+)")]
    private static partial Regex Overall();
}
