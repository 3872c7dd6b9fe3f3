/* What the data are like, for those who look before they train. */
#include "infer.h"
#include "session.h"

void nn_session_survey(const nn_session *s, nn_run_plan *plan) {
    int64_t classes = !nn_decides(s) ? 0 : s->width == 1 ? 2 : s->width;
    nn_texts names = nn_data_class_names(s->data);
    if (names.n == 0) names = nn_data_vocabulary(s->data);
    if (names.n == classes) plan->class_names = names;
    for (int split = 0; split < NN_SPLITS; split++) {
        if (!s->set[split]) continue;
        nn_survey *survey = NN_NEW(s->arena, nn_survey);
        nn_dataset_survey(s->set[split], classes, s->labels || s->width == 1, s->arena, survey);
        plan->survey[split] = survey;
    }
}
