using System.Globalization;
using ApiLb.Cli;
using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Systemd;

/// <summary>What systemd/apilb.service promises must fit what the daemon does.</summary>
public sealed class UnitFileTests
{
    [Fact]
    public async Task StopTimeout_IsLongerThanTheDefaultShutdown()
    {
        var shutdown = new ShutdownOptions();

        Assert.True(Seconds(await ReadAsync(), "TimeoutStopSec") > (shutdown.Delay + shutdown.Grace).TotalSeconds);
    }

    [Fact]
    public async Task DaemonThatSpeaksToSystemd_IsAwaitedAndWatched()
    {
        var unit = await ReadAsync();

        Assert.Contains("Type=notify\n", unit, StringComparison.Ordinal);
        Assert.Equal("main", Value(unit, "NotifyAccess"));
        Assert.InRange(Seconds(unit, "WatchdogSec"), 2, 60);
        Assert.Equal("SIGKILL", Value(unit, "WatchdogSignal"));
    }

    /// <summary>What systemd need not try again is what <c>apilb run</c> returns for a wrong configuration.</summary>
    [Fact]
    public async Task WrongConfiguration_IsNotStartedAgain() =>
        Assert.Equal(ExitCode.WrongConfiguration.ToString(CultureInfo.InvariantCulture), Value(await ReadAsync(), "RestartPreventExitStatus"));

    [Fact]
    public async Task Reload_ChecksFirstAndWaits()
    {
        var reload = (await ReadAsync()).Split('\n').Where(l => l.StartsWith("ExecReload=", StringComparison.Ordinal));

        Assert.Equal(["ExecReload=/usr/bin/apilb check --config /etc/apilb/apilb.yaml", "ExecReload=/usr/bin/apilb reload"], reload);
    }

    [Fact]
    public async Task DefaultSocket_LiesInTheRuntimeDirectory() =>
        Assert.Equal($"/run/{Value(await ReadAsync(), "RuntimeDirectory")}/admin.sock", new AdminOptions().Socket);

    /// <summary>The JIT compiler writes code and runs it; the runtime pins threads. With either of these it does not start.</summary>
    [Theory]
    [InlineData("\nMemoryDenyWriteExecute=yes")]
    [InlineData("\nSystemCallFilter=~@resources")]
    public async Task WhatTheRuntimeNeeds_IsNotForbidden(string line) =>
        Assert.DoesNotContain(line, await ReadAsync(), StringComparison.Ordinal);

    private static double Seconds(string unit, string key) => double.Parse(Value(unit, key), CultureInfo.InvariantCulture);

    private static string Value(string unit, string key) => unit.Split('\n').Single(l => l.StartsWith($"{key}=", StringComparison.Ordinal))[(key.Length + 1)..];

    private static Task<string> ReadAsync()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ApiLb.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("ApiLb.sln is not above the tests");
        }

        return File.ReadAllTextAsync(Path.Combine(directory.FullName, "systemd", "apilb.service"));
    }
}
