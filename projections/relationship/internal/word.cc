#include "projections/relationship/internal/word.h"

#include "tenure/event/v1/event.pb.h"

namespace tenure::relationship {
namespace {

namespace pb = event::v1;

// An hour of somebody's time says more than a line of chat.
constexpr std::uint32_t kMail = 1000;
constexpr std::uint32_t kCall = 2000;
constexpr std::uint32_t kCallMissed = 500;
constexpr std::uint32_t kMeeting = 3000;
constexpr std::uint32_t kChat = 500;
constexpr std::uint32_t kSurvey = 1000;
constexpr std::uint32_t kComplaint = 1000;

Word from_client(Channel channel, std::uint32_t weight_milli, bool asks) {
  Word word;
  word.contact = word.from_client = true;
  word.asks = asks;
  word.weight_milli = weight_milli;
  word.channel = channel;
  return word;
}

Word from_us(Channel channel) {
  Word word;
  word.contact = word.answers = true;
  word.channel = channel;
  return word;
}

Word together(Channel channel, std::uint32_t weight_milli) {
  Word word = from_client(channel, weight_milli, false);
  word.answers = true;
  return word;
}

Word read_mail(const Event& event) {
  const auto& mail = event.read<pb::EmailReceived>();
  if (mail.automatic()) return {};
  Word word = from_client(Channel::kEmailIn, kMail, true);
  word.leaving = mail.mentions_leaving();
  return word;
}

Word read_missed(const Event& event) {
  const bool client = event.read<pb::CallMissed>().caller() == pb::SIDE_CLIENT;
  if (client) return from_client(Channel::kCallMissed, kCallMissed, true);
  Word word;  // we tried: neither contact nor an answer
  word.channel = Channel::kCallMissed;
  return word;
}

}  // namespace

Word read_word(const Event& event) {
  switch (event.type) {
    case EventType::kEmailReceived: return read_mail(event);
    case EventType::kEmailSent: return from_us(Channel::kEmailOut);
    case EventType::kCallCompleted:
      return together(event.read<pb::CallCompleted>().caller() == pb::SIDE_CLIENT
                          ? Channel::kCallIn
                          : Channel::kCallOut,
                      kCall);
    case EventType::kCallMissed: return read_missed(event);
    case EventType::kMeetingHeld: return together(Channel::kMeeting, kMeeting);
    case EventType::kChatMessageSent:
      return event.read<pb::ChatMessageSent>().by() == pb::SIDE_CLIENT
                 ? from_client(Channel::kChatIn, kChat, true)
                 : from_us(Channel::kChatOut);
    case EventType::kSurveyAnswered: return from_client(Channel::kSurvey, kSurvey, false);
    case EventType::kComplaintOpened: return from_client(Channel::kComplaint, kComplaint, false);
    case EventType::kComplaintAcknowledged:
    case EventType::kComplaintAssigned:
    case EventType::kComplaintResponded:
    case EventType::kComplaintWaiting:
    case EventType::kComplaintResumed:
    case EventType::kComplaintResolved:
    case EventType::kComplaintReopened:
    case EventType::kComplaintWithdrawn:
    case EventType::kComplaintProgressed: {
      Word word;
      word.contact = true;
      return word;
    }
    default: return {};
  }
}

Meeting read_meeting(const Event& event) {
  switch (event.type) {
    case EventType::kMeetingHeld: return Meeting::kHeld;
    case EventType::kMeetingNoShow: return Meeting::kCalledOff;
    case EventType::kMeetingCancelled:
      return event.read<pb::MeetingCancelled>().by() == pb::SIDE_US ? Meeting::kNothing
                                                                    : Meeting::kCalledOff;
    default: return Meeting::kNothing;
  }
}

}  // namespace tenure::relationship
