using ApiLb.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class LogOutputTests
{
    [Theory]
    [InlineData("Text", null, "/dev/pts/0", "short")]
    [InlineData("Text", "8:4242", "socket:[4242]", "systemd")]
    [InlineData("Text", "8:4242", "/dev/pts/0", "short")]
    [InlineData("Text", "8:4242", "socket:[1]", "short")]
    [InlineData("Text", "nonsense", "socket:[4242]", "short")]
    [InlineData("Text", "8:4242", null, "short")]
    [InlineData("Json", "8:4242", "socket:[4242]", "json")]
    public void Formatter_FollowsWhoReadsStandardError(string format, string? journal, string? target, string expected) =>
        Assert.Equal(expected, LogOutput.FormatterFor(Enum.Parse<LogFormat>(format), journal, target));

    [Theory]
    [InlineData(LogLevel.Information, false)]
    [InlineData(LogLevel.Debug, true)]
    public void LibraryThatForwardsRequests_SpeaksOnlyToWhoeverDebugs(LogLevel level, bool expected)
    {
        using var loggers = LogOutput.Create(LogFormat.Text, level);

        Assert.Equal(expected, loggers.CreateLogger("Yarp.ReverseProxy.Forwarder.HttpForwarder").IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public void ShortLine_HasTimeLevelAndException()
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "ApiLb.Backends.BackendPool", 1, "cp1 said", new IOException("broken"), (s, _) => s);

        new ShortLineFormatter(new FakeTime()).Write(entry, null, text);

        Assert.Matches(@"^\d\d:\d\d:00\.000 warn  cp1 said \| System\.IO\.IOException: broken\n$", text.ToString());
    }

    [Theory]
    [InlineData("plain", "plain\n")]
    [InlineData("cp1\u001b[31m said\n<0>x\r\n\ty\n", "cp1\\u001b[31m said <0>x y\n")]
    [InlineData("\u202Eevil\u0000", "\\u202eevil\\u0000\n")]
    [InlineData("Grüße", "Grüße\n")]
    public void LogLine_IsOneAndHarmless(string message, string expected) => Assert.Equal(expected, LogLine.Of(message));

    [Fact]
    public void Labels_AreSnakeOrKebabCase()
    {
        Assert.Equal("first_byte_timeout", EnumLabel.Snake(ApiLb.Health.HealthCause.FirstByteTimeout));
        Assert.Equal("l7", EnumLabel.Snake(ApiLb.Backends.ProbeLayer.L7));
        Assert.Equal("least-connections", EnumLabel.Kebab(ApiLb.Configuration.BalancePolicy.LeastConnections));
    }
}
